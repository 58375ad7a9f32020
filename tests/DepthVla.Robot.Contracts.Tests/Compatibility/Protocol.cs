using System.Reflection;
using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Contracts.Tests.Compatibility;

/// <summary>Everything that <c>protos/</c> declares, as it was compiled; and where its committed past lies.</summary>
internal static class Protocol
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(
        typeof(Protocol).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!, "tests", "DepthVla.Robot.Contracts.Tests", "Compatibility"));

    /// <summary>Whether what is missing in the committed files is to be written: <c>DEPTHVLA_UPDATE=1</c>.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable("DEPTHVLA_UPDATE") == "1";

    /// <summary>A FileDescriptorSet.</summary>
    public static string DescriptorFile => Path.Combine(Folder, "protocol.binpb");

    /// <summary>A line a message: its name, its bytes in hexadecimal, the same as JSON.</summary>
    public static string MessageFile => Path.Combine(Folder, "messages.txt");

    /// <summary>Every file, by name.</summary>
    public static IReadOnlyList<FileDescriptor> Files { get; } =
    [
        .. ((Type[])[typeof(DepthVla.Policy.V1.PolicyReflection), typeof(DepthVla.Flight.V1.FlightReflection)]).SelectMany(one => one.Assembly.GetTypes())
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>().OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>Every message, those within messages too.</summary>
    public static IEnumerable<MessageDescriptor> Messages => Files.SelectMany(file => file.MessageTypes).SelectMany(WithNested);

    public static FileDescriptorSet Descriptors => new() { File = { Files.Select(file => file.ToProto()) } };

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) => [message, .. message.NestedTypes.SelectMany(WithNested)];
}
