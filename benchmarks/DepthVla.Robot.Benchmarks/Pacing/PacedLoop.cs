using System.Diagnostics;
using System.Text.Json;
using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Benchmarks.Pacing;

/// <summary>What a run of the control loop came to.</summary>
/// <param name="WakeUps">How late it woke.</param>
/// <param name="Overruns">Turns that came after skipped periods.</param>
/// <param name="AllocatedBytes">By the control thread.</param>
internal sealed record PacedRun(WakeUps WakeUps, long Overruns, long AllocatedBytes);

/// <summary>The control loop as the daemon runs it, over an arm that is where it was told to be; every 200 ms another thread hands it a new plan to follow.</summary>
internal sealed class PacedLoop : IRobot, IPace
{
    internal const string Command = "control-loop";

    private const long StepNs = 100_000_000;
    private const long PlanEveryNs = 200_000_000;
    private const int Steps = 8;

    private readonly PeriodicPace _pace;
    private readonly long[] _lateNs;
    private JointVector _positions = Wx250s.Home;
    private int _turns;

    private PacedLoop(int rateHz, int turns) => (_pace, _lateNs) = (new PeriodicPace(1_000_000_000 / rateHz), new long[turns]);

    public RobotDescription Description => Wx250s.Description;

    public long PeriodNs => _pace.PeriodNs;

    /// <summary>Runs it in a process of its own, with the daemon's runtime settings.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static PacedRun RunApart(int rateHz, int turns, int priority)
    {
        var report = Path.GetTempFileName();
        try
        {
            string[] arguments = ["bench", Command, "--rate", $"{rateHz}", "--turns", $"{turns}", "--priority", $"{priority}", "--json", report];
            using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "depthvla"), arguments)
            {
                Environment = { ["DOTNET_TieredCompilation"] = "0", ["DOTNET_gcServer"] = "0" },
            })!;
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"the control loop at {rateHz} Hz ended with exit code {process.ExitCode}");
            using var document = JsonDocument.Parse(File.ReadAllText(report));
            return JsonReport.Read<PacedRun>(document.RootElement);
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>Runs it on a thread of its own.</summary>
    /// <param name="rateHz">Commands a second.</param>
    /// <param name="turns">How many wake-ups to count.</param>
    /// <param name="priority">SCHED_FIFO priority; 0 for a normal thread.</param>
    internal static PacedRun Run(int rateHz, int turns, int priority)
    {
        using var arm = new PacedLoop(rateHz, turns);
        var plans = new PlanSlot(arm.Description.Joints, new PlanRules());
        var loop = new ControlLoop(arm, plans, arm, new ControlOptions());
        using var stop = new CancellationTokenSource();
        var control = new Thread(() =>
        {
            if (priority > 0) RealTime.Request(priority);
            loop.Run(stop.Token);
        });
        control.Start();
        for (var number = 0; Volatile.Read(ref arm._turns) < turns; number++)
        {
            var now = MonotonicClock.System.NowNs;
            if (plans.Offer(Chunk(number, now), now) is { } refusal) throw new InvalidOperationException(refusal.ToString());
            MonotonicSleep.Until(now + PlanEveryNs);
        }

        stop.Cancel();
        control.Join();
        var report = loop.Report();
        return new(WakeUps.Of(arm._lateNs), report.Overruns, report.AllocatedBytes);
    }

    public JointState Read() => new(MonotonicClock.System.NowNs, _positions, JointVector.Zero(_positions.Count));

    public void Write(in JointCommand command) => _positions = command.Positions;

    public PaceTick WaitForNextPeriod()
    {
        var tick = _pace.WaitForNextPeriod();
        if (_turns < _lateNs.Length) _lateNs[_turns] = tick.LateNs;
        Volatile.Write(ref _turns, _turns + 1);
        return tick;
    }

    public void Dispose()
    {
    }

    // To and fro about home, the seven joints out of step, so that every turn samples, limits and checks the workspace.
    private static ActionChunk Chunk(int number, long nowNs) => new()
    {
        BasedOnSequence = number, FirstStepTimeNs = nowNs, StepPeriodNs = StepNs, StepValidNs = StepNs, Steps = Steps, Dims = Wx250s.Home.Count,
        Actions = Enumerable.Range(0, Steps * Wx250s.Home.Count).Select(i => At(i % Wx250s.Home.Count, nowNs * 1e-9 + i / Wx250s.Home.Count * StepNs * 1e-9)).ToArray(),
        ModelHash = "", NoiseSeed = 0, Timings = default,
    };

    private static float At(int joint, double seconds) => (float)(Wx250s.Home[joint] + (Wx250s.Description.Joints[joint].IsGripper ? 0.002 * Math.Sin(seconds) - 0.003 : 0.1 * Math.Sin(2 * seconds + joint)));
}
