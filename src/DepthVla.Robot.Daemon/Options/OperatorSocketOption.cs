using System.Text;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>Where a daemon listens to its operator: one Unix socket a robot.</summary>
internal static class OperatorSocketOption
{
    // What the kernel takes, without the zero at the end.
    private const int MostBytes = 107;

    public static string Read(OptionReader read, string robotId) => read.Text(
        nameof(DaemonOptions.OperatorSocket), Usual(robotId), $"a path of at most {MostBytes} bytes", "the Unix socket between a running daemon and its operator",
        path => Encoding.UTF8.GetByteCount(path) is > 0 and <= MostBytes);

    /// <summary>In the user's own folder for such things where there is one, else in the one for all.</summary>
    private static string Usual(string robotId)
    {
        var folder = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own ? own : "/tmp";
        return Path.Combine(folder, $"depthvla-{string.Concat(robotId.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'))}.sock");
    }
}
