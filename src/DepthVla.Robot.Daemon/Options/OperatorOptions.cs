using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>Which daemon an operator talks to, and how the answer is to be printed.</summary>
/// <param name="OperatorSocket">Where it listens.</param>
/// <param name="Json">As JSON, for programs.</param>
internal sealed record OperatorOptions(string OperatorSocket, bool Json)
{
    public static ProgramOptions About { get; } = DaemonOptionsReader.About with
    {
        Purpose = "status, arm, hold, stop and teach: an operator's words to a daemon that runs.", Usage = "status | arm | hold | stop | teach … [--robot-id NAME] [--operator-socket PATH] [--json]",
    };

    /// <summary>The same file and environment as the daemon's, so that both find the same socket.</summary>
    public static OperatorOptions Read(OptionReader read)
    {
        var run = new OptionReader(new SettingSources());
        DaemonOptionsReader.Read(run);
        read.Overlook(run.Known.Select(option => option.Name));

        var robotId = DaemonOptionsReader.RobotId(read, ArmOptionsReader.Arm(read));
        return new(OperatorSocketOption.Read(read, robotId), read.Flag(nameof(Json), false, "the answer as JSON"));
    }
}
