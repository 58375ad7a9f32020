using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Running;

namespace DepthVla.Robot.Daemon;

/// <summary>The robot process: drives one arm, whatever the server and the network do.</summary>
internal static class Program
{
    private const PosixSignal UserSignal1 = (PosixSignal)10;   // Linux's number: .NET has no name for it

    private static async Task<int> Main(string[] arguments)
    {
        if (!DaemonOptionsReader.About.TryRead(arguments, DaemonOptionsReader.Read, Console.Out, Console.Error, out var options, out var exitCode)) return exitCode;

        // One line an event, to standard error; standard output is for the status line and the summary.
        using var logs = new LineLog(Console.Error, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        Func<int>? columns = Console.IsOutputRedirected ? null : () => Console.WindowWidth;
        var run = new DaemonRun(options, MonotonicClock.System, logs, Console.Out, columns);
        using var request = PosixSignalRegistration.Create(UserSignal1, Request);
        return await run.RunAsync(stop.Token);

        // Stopping is braking first: the process ends once the arm stands.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        void Request(PosixSignalContext signal)
        {
            signal.Cancel = true;
            run.RequestFlight();
        }
    }
}
