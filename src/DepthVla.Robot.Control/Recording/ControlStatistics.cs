using DepthVla.Robot.Core.Robots;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Recording;

/// <summary>Counts what the loop does. The control thread adds; any thread takes a report; the control thread never waits for it.</summary>
/// <remarks>A sequence lock: the version is odd while a turn is being added, and a reader whose copy spans a change of it copies again.</remarks>
internal sealed class ControlStatistics(ImmutableArray<JointSpec> joints, long periodNs)
{
    private const double SeamsPerRadian = 1e6;    // counted in µrad
    private const long QuietNs = 100_000_000;     // a limit that rests this long begins anew

    private readonly LogHistogram _wakeUp = new();
    private readonly LogHistogram _periods = new();
    private readonly LogHistogram _seams = new();
    private readonly LogHistogram _jerks = new();
    private readonly SeamJerk _seamJerk = new(joints, periodNs);
    private Totals _totals = new() { Quiet = NeverBefore() };
    private long _version;
    private long _allocatedBefore;

    /// <summary>A loop begins, perhaps not the first: the time since the last one was no hold. The control thread alone.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _version);
        _allocatedBefore = _totals.AllocatedBytes;
        _seamJerk.Begin();
        (_totals.Hold, _totals.InMode, _totals.Executing, _totals.PlanAgeNs, _totals.Quiet, _totals.WokeNs) = (HoldReason.None, false, null, 0, NeverBefore(), null);
        Interlocked.Increment(ref _version);
    }

    /// <summary>Adds a turn. The control thread alone; real-time safe.</summary>
    /// <param name="turn">What happened in it.</param>
    /// <param name="allocatedBytes">What the control thread allocated since <see cref="Begin"/>.</param>
    public void Add(in TickRecord turn, long allocatedBytes)
    {
        Interlocked.Increment(ref _version);   // a full fence
        Count(ref _totals, in turn);
        _totals.AllocatedBytes = _allocatedBefore + allocatedBytes;
        _wakeUp.Add(turn.Tick.LateNs);
        if (_totals.WokeNs is { } before) _periods.Add(turn.Tick.WokeNs - before);
        _totals.WokeNs = turn.Tick.WokeNs;
        if (turn.Tick.Skipped > 0) _seamJerk.Begin();
        if (_seamJerk.Add(turn.Command, turn.Seam is not null) is { } jerk) _jerks.Add((long)Math.Min(jerk, long.MaxValue / 2));
        if (turn.Seam is { } seam) _seams.Add((long)Math.Min(seam * SeamsPerRadian, long.MaxValue / 2));
        Interlocked.Increment(ref _version);
    }

    /// <summary>What happened so far. Any thread; allocates.</summary>
    public ControlReport Report()
    {
        var (wakeUp, periods, seams, jerks) = (new LogHistogram(), new LogHistogram(), new LogHistogram(), new LogHistogram());
        Totals totals;
        for (var spin = new SpinWait(); ; spin.SpinOnce())
        {
            var version = Volatile.Read(ref _version);
            totals = _totals;
            wakeUp.CopyFrom(_wakeUp);
            periods.CopyFrom(_periods);
            seams.CopyFrom(_seams);
            jerks.CopyFrom(_jerks);
            Interlocked.MemoryBarrier();
            if (version % 2 == 0 && version == Volatile.Read(ref _version)) break;
        }

        return new ControlReport
        {
            Ticks = totals.Ticks,
            Overruns = totals.Overruns,
            SkippedPeriods = totals.Skipped,
            WakeUpMicroseconds = Summary(wakeUp, 1e3),
            AllocatedBytes = totals.AllocatedBytes,
            Limits = new(totals.Limited[0], totals.Limited[1], totals.Limited[2], totals.Limited[3], totals.Limited[4], totals.Limited[5], totals.Limited[6], totals.Limited[7]),
            Mode = totals.Mode,
            ModeSeconds = totals.InMode ? (totals.LastNs - totals.ModeSinceNs) * 1e-9 : 0,
            Modes = [.. Enum.GetValues<Mode>().Where(mode => totals.Modes[(int)mode] > 0).Select(mode =>
                new ModeSummary(mode, totals.Modes[(int)mode], totals.ModeNs[(int)mode] * 1e-9))],
            Holding = totals.Hold,
            Holds = [.. Enum.GetValues<HoldReason>().Where(reason => totals.Holds[(int)reason] > 0).Select(reason =>
                new HoldSummary(reason, totals.Holds[(int)reason], totals.HoldNs[(int)reason] * 1e-9, totals.LongestHoldNs[(int)reason] * 1e-9))],
            SeamRadians = Summary(seams, SeamsPerRadian),
            SeamMicroradians = seams,
            SeamJerk = jerks,
            PeriodNs = periods,
            PlanAgeSeconds = totals.PlanAgeNs * 1e-9,
            MaxPlanAgeSeconds = totals.MaxPlanAgeNs * 1e-9,
            Executing = totals.Executing,
        };
    }

    private static void Count(ref Totals totals, in TickRecord turn)
    {
        totals.Ticks++;
        totals.Skipped += turn.Tick.Skipped;
        if (turn.Tick.Skipped > 0) totals.Overruns++;
        (totals.Executing, totals.PlanAgeNs) = (turn.Executing, turn.PlanAgeNs);
        totals.MaxPlanAgeNs = Math.Max(totals.MaxPlanAgeNs, turn.PlanAgeNs);
        CountLimits(ref totals, turn.Limited, turn.Tick.TimeNs);
        CountMode(ref totals, turn.Mode, turn.Tick.TimeNs);
        CountHold(ref totals, turn.Hold, turn.Tick.TimeNs);
        totals.LastNs = turn.Tick.TimeNs;
    }

    private static void CountLimits(ref Totals totals, LimitKinds limited, long timeNs)
    {
        for (var kinds = (uint)limited; kinds != 0; kinds &= kinds - 1)
        {
            var kind = BitOperations.TrailingZeroCount(kinds);
            if (timeNs - totals.Quiet[kind] > QuietNs) totals.Limited[kind]++;
            totals.Quiet[kind] = timeNs;
        }
    }

    // As a hold, a mode lasts from its first turn to the first turn after it; the time between two loops belongs to none.
    private static void CountMode(ref Totals totals, Mode mode, long timeNs)
    {
        if (totals.InMode) totals.ModeNs[(int)totals.Mode] += timeNs - totals.LastNs;
        if (!totals.InMode || mode != totals.Mode)
        {
            totals.Modes[(int)mode]++;
            totals.ModeSinceNs = timeNs;
        }

        (totals.Mode, totals.InMode) = (mode, true);
    }

    // A hold lasts from its first turn to the first turn after it.
    private static void CountHold(ref Totals totals, HoldReason hold, long timeNs)
    {
        if (totals.Hold != HoldReason.None)
        {
            var old = (int)totals.Hold;
            totals.HoldNs[old] += timeNs - totals.LastNs;
            totals.LongestHoldNs[old] = Math.Max(totals.LongestHoldNs[old], timeNs - totals.HoldSinceNs);
        }

        if (hold != totals.Hold)
        {
            (totals.Hold, totals.HoldSinceNs) = (hold, timeNs);
            if (hold != HoldReason.None) totals.Holds[(int)hold]++;
        }

    }

    private static Distribution Summary(LogHistogram values, double scale) => new(values.Count,
        values.Percentile(0.5) / scale, values.Percentile(0.99) / scale, values.Percentile(0.999) / scale, values.Max / scale);

    private static PerKind NeverBefore()
    {
        var never = new PerKind();
        ((Span<long>)never).Fill(long.MinValue / 2);
        return never;
    }

    private struct Totals
    {
        public long Ticks, Overruns, Skipped, AllocatedBytes, PlanAgeNs, MaxPlanAgeNs, HoldSinceNs, ModeSinceNs, LastNs;
        public long? WokeNs;
        public HoldReason Hold;
        public Mode Mode;
        public bool InMode;
        public ExecutingStep? Executing;
        public PerKind Limited, Quiet;                 // by bit of LimitKinds
        public PerKind Holds, HoldNs, LongestHoldNs;   // by HoldReason
        public PerKind Modes, ModeNs;                  // by Mode
    }

    [InlineArray(16)]
    private struct PerKind
    {
        private long _first;
    }
}
