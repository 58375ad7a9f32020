using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Checking;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Running;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon;

/// <summary>The robot process: drives one arm, whatever the server and the network do; and the operator's words to it.</summary>
internal static class Program
{
    private const PosixSignal UserSignal1 = (PosixSignal)10;   // Linux's number: .NET has no name for it

    private static async Task<int> Main(string[] arguments)
    {
        if (!Verbs.TryTake(arguments, out var verb, out var rest))
        {
            Console.Error.WriteLine($"command line: expected one of {Verbs.All} or an option, got '{arguments[0]}'; see depthvla-daemon --help");
            return ProgramOptions.UsageError;
        }

        int exitCode;
        if (verb.AsksADaemon())
        {
            var words = verb == Verb.Teach ? TeachWords.Take(rest, out rest) : null;
            if (!OperatorOptions.About.TryRead(rest, OperatorOptions.Read, Console.Out, Console.Error, out var asked, out exitCode)) return exitCode;
            if (words is not null) return await TeachVerb.RunAsync(words, asked, Console.Out, Console.Error);
            if (verb == Verb.Teach)
            {
                Console.Error.WriteLine($"command line: expected one of teach {TeachWords.Forms}");
                return ProgramOptions.UsageError;
            }

            return await OperatorVerb.RunAsync(verb, asked, Console.Out, Console.Error);
        }

        if (!DaemonOptionsReader.About.TryRead(rest, DaemonOptionsReader.Read, Console.Out, Console.Error, out var options, out exitCode)) return exitCode;

        // One line an event, to standard error; standard output is for the status line and the summary.
        using var logs = new LineLog(Console.Error, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        if (verb == Verb.Check) return await CheckRun.RunAsync(options, MonotonicClock.System, Console.Out, stop.Token);
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
