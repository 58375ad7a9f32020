using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Contracts.Tests.Compatibility;

/// <summary>
/// What was said by yesterday's programs is understood by today's: robots and servers of different releases talk to each other, and flights are read for years. The committed files are the past;
/// <c>DEPTHVLA_UPDATE=1</c> adds to them what is new, and only that: a break has to be taken back, or go into a package of another version.
/// </summary>
public sealed class CompatibilityTests
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default);

    private static readonly Dictionary<string, MessageParser> Parsers = Protocol.Messages.ToDictionary(message => message.FullName, message => message.Parser);

    [Fact]
    public void Protocol_AgainstItsPast_LostNothingAndChangedNothing()
    {
        var present = Protocol.Descriptors;
        var past = FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(Protocol.DescriptorFile));
        Assert.Empty(Breaks.Between(past, present));
        if (Protocol.Updates) File.WriteAllBytes(Protocol.DescriptorFile, present.ToByteArray());
        else Assert.Empty(Breaks.Between(present, past).Select(New));
    }

    [Fact]
    public void Messages_OfThePast_AreReadAsWhatTheySaid()
    {
        var past = File.ReadAllLines(Protocol.MessageFile);
        Assert.Empty(past.Select(Fault).OfType<string>());
        string[] present = [.. Protocol.Messages.SelectMany(FilledMessage.All).Select(Line)];
        if (Protocol.Updates) File.WriteAllLines(Protocol.MessageFile, present);
        else Assert.Empty(present.Except(past).Select(line => New(line.Split(' ')[0])));
    }

    private static string New(string what) => $"{what}: it is new; run this test with DEPTHVLA_UPDATE=1 and commit what that writes, so that it stays";

    private static string Line(IMessage message) => $"{message.Descriptor.FullName} {Convert.ToHexString(message.ToByteArray())} {Json.Format(message)}";

    // What a line of the past is read as otherwise than it says.
    private static string? Fault(string line)
    {
        var (name, hexadecimal, said) = line.Split(' ', 3) is [var first, var second, var third] ? (first, second, third) : throw new FormatException($"no message: {line}");
        if (!Parsers.TryGetValue(name, out var parser)) return $"{name} is gone";
        try
        {
            var read = Json.Format(parser.ParseFrom(Convert.FromHexString(hexadecimal)));
            return read == said ? null : $"{name}: expected {said}, got {read}";
        }
        catch (InvalidProtocolBufferException e) { return $"{name}: {e.Message}"; }
    }
}
