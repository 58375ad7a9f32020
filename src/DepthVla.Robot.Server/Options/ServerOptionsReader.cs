using System.Collections;
using System.Collections.Immutable;
using System.Text;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Server.Options;

/// <summary>What came of reading the configuration: options that are valid, or every problem.</summary>
internal sealed record ServerOptionsResult(ServerOptions Options, ImmutableArray<SettingProblem> Problems, string Help);

/// <summary>Declares every option with default, range and meaning, and reads it from file, environment and command line, in that order.</summary>
internal static class ServerOptionsReader
{
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="directory">Where <c>appsettings.json</c> lies.</param>
    /// <param name="development">Whether this is a developer's machine.</param>
    public static ServerOptionsResult Read(ReadOnlySpan<string> arguments, IDictionary environment, string directory, bool development)
    {
        var settings = new SettingSources();
        settings.AddFile(Path.Combine(directory, "appsettings.json"));
        settings.AddEnvironment(environment);
        settings.AddCommandLine(arguments);

        var read = new OptionReader(settings);
        var defaults = new ServerOptions { Checkpoint = "" };
        var options = new ServerOptions
        {
            Checkpoint = read.Directory(nameof(ServerOptions.Checkpoint), "the checkpoint to serve"),
            Device = read.Text(nameof(ServerOptions.Device), defaults.Device, "cpu or cuda:N", "where to run the model", IsDevice),
            Threads = read.Int32(nameof(ServerOptions.Threads), defaults.Threads, 0, 1024, "threads for arithmetic on the CPU; 0 takes all cores"),
            Bind = read.Address(nameof(ServerOptions.Bind), defaults.Bind, "the address to listen on; 0.0.0.0 for other machines too. There is no authentication: a trusted network only"),
            GrpcPort = read.Int32(nameof(ServerOptions.GrpcPort), defaults.GrpcPort, 0, 65535, "the gRPC port; 0 picks a free one"),
            HttpPort = read.Int32(nameof(ServerOptions.HttpPort), defaults.HttpPort, 0, 65535, "the port of probes and metrics; 0 picks a free one"),
            MaxRequestBytes = read.Int32(nameof(ServerOptions.MaxRequestBytes), defaults.MaxRequestBytes, 64 << 10, 256 << 20, "the largest request that is read, bytes; all frames of one observation must fit"),
            MaxSessions = read.Int32(nameof(ServerOptions.MaxSessions), defaults.MaxSessions, 1, 1024, "robots at once"),
            MaxInstructionLength = read.Int32(nameof(ServerOptions.MaxInstructionLength), defaults.MaxInstructionLength, 1, 65536, "characters of an instruction"),
            DrainTime = read.Seconds(nameof(ServerOptions.DrainTime), defaults.DrainTime, 0, 600, "how long robots are still served after SIGTERM"),
            SendTimeout = read.Seconds(nameof(ServerOptions.SendTimeout), defaults.SendTimeout, 0.1, 60, "how long a client may leave an answer untaken before it is disconnected"),
            HandshakeTimeout = read.Seconds(nameof(ServerOptions.HandshakeTimeout), defaults.HandshakeTimeout, 0.1, 60, "how long a stream may wait with its contract"),
            Reflection = read.Flag(nameof(ServerOptions.Reflection), development, "whether tools may ask which gRPC services there are"),
            LogLevel = read.Choice(nameof(ServerOptions.LogLevel), defaults.LogLevel, "the least level that is logged"),
        };
        if (options.GrpcPort == options.HttpPort && options.GrpcPort != 0)
        {
            read.Refuse(nameof(ServerOptions.HttpPort), "another port than GrpcPort", $"{options.HttpPort} for both", "change one of the two");
        }

        read.RefuseOthers();
        return new(options, [.. read.Problems], Help(read.Known));
    }

    private static bool IsDevice(string text) =>
        text == "cpu" || (text.StartsWith("cuda:", StringComparison.Ordinal) && text.Length is > 5 and < 8 && text.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0);

    private static string Help(IEnumerable<OptionHelp> options)
    {
        var text = new StringBuilder("""
            depthvla-server: serves action chunks of a DepthVLA policy to robots.

              depthvla-server --checkpoint FOLDER [--option value ...]

            Each option may stand in appsettings.json (object "DepthVla"), in the environment (DEPTHVLA__NAME) or here; the later wins.


            """);
        foreach (var option in options)
        {
            var fallback = option.Default.Length == 0 ? "required" : $"default {option.Default}";
            text.AppendLine($"  {OptionReader.Switch(option.Name),-26} {option.Meaning} ({option.Values}; {fallback})");
        }

        return text.AppendLine("  --help                     this text").AppendLine("  --version                  the version").ToString();
    }
}
