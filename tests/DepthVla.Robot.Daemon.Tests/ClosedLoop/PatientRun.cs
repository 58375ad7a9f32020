using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>What every run of these tests shares.</summary>
internal static class PatientRun
{
    /// <summary>Those options, for a run on a machine that may pause for a moment and grants no priority: neither is a fault of the arm.</summary>
    /// <param name="options">Of the test.</param>
    /// <param name="server">Asked.</param>
    /// <param name="folder">Where the summary and the operator's socket go.</param>
    public static DaemonOptions Patiently(this DaemonOptions options, PolicyOnASocket server, string folder) => options with
    {
        Server = server.Address, Priority = 0, Budget = TimeSpan.FromSeconds(1), MaxStateAge = TimeSpan.FromSeconds(1),
        Json = Path.Combine(folder, "summary.json"), OperatorSocket = Path.Combine(folder, "operator.sock"),
    };
}
