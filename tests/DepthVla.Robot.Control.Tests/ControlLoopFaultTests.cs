using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests;

/// <summary>The promise: whatever chunks come, or none, every command is inside every limit.</summary>
public sealed class ControlLoopFaultTests
{
    private static readonly long[] PeriodsNs = [20_000_000, 10_000_000, 4_000_000, 2_000_000, 1_000_000];

    [Property(MaxTest = 150)]
    public void Run_AnyArmAnyChunks_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed, (byte Gap, byte Kind)[] events)
    {
        var random = new Random(seed.Item);
        var (robot, start) = Arms.Random(random);
        using var rig = Disturbed(robot, start, PeriodsNs[random.Next(PeriodsNs.Length)], random, events).Run();
        Assert.Null(Referee.FirstViolation(robot, rig.Pace.PeriodNs * 1e-9, rig.Robot.Commands));
    }

    [Property(MaxTest = 60)]
    public void Run_WidowXAnyChunks_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed, (byte Gap, byte Kind)[] events)
    {
        var robot = seed.Item % 2 == 0 ? Arms.WidowX : Arms.GuardedWidowX;
        using var rig = Disturbed(robot, Arms.WidowXHome, 2_000_000, new Random(seed.Item), events).Run();
        Assert.Null(Referee.FirstViolation(robot, 0.002, rig.Robot.Commands));
    }

    [Fact]
    public void Run_ManyChunks_MoveTheArmAndReachEveryLimitAndHold()
    {
        // The properties above would prove nothing if the chunks were all refused or all gentle.
        var random = new Random(3);
        var events = Enumerable.Range(0, 1500).Select(_ => ((byte)random.Next(256), (byte)random.Next(256))).ToArray();
        using var rig = Disturbed(Arms.WidowX, Arms.WidowXHome, 2_000_000, random, events).Run();

        var report = rig.Loop.Report();
        Assert.True(report.Ticks > 20_000);
        Assert.All([LimitKinds.Position, LimitKinds.Velocity, LimitKinds.Acceleration, LimitKinds.Workspace],
            kind => Assert.InRange(rig.Turns.Count(turn => turn.Limited.HasFlag(kind)), 200, 30_000));
        Assert.All([HoldReason.NoPlan, HoldReason.PlanExpired, HoldReason.Stopping], reason => Assert.Contains(report.Holds, hold => hold.Reason == reason));
        Assert.InRange(report.SeamRadians.Count, 100, 10000);
        Assert.InRange(report.SkippedPeriods, 100, 10000);
        var commands = rig.Robot.Commands;
        Assert.InRange(commands.Skip(1).Select((command, k) => Math.Abs(command[0] - commands[k][0])).Sum(), 10, 1000);
    }

    [Fact]
    public void Run_EveryChunkRefused_StandsStill()
    {
        using var rig = new Rig(Arms.WidowX, Arms.WidowXHome, 500);
        rig.Pace.Before = tick => Assert.NotNull(rig.Plans.Offer(Chunks.Stay(rig.Pace.NowNs, 4, 1, 1, 1, 1, 1, 1, double.NaN), rig.Pace.NowNs));
        rig.Run();
        Assert.All(rig.Robot.Commands, command => Assert.Equal(Arms.WidowXHome, command));
    }

    // Something happens every Gap turns; Kind and the seed say what.
    private static Rig Disturbed(RobotDescription robot, double[] start, long periodNs, Random random, (byte Gap, byte Kind)[] events)
    {
        var at = events.Scan(0, (tick, e) => tick + e.Gap % 40).Skip(1).ToArray();
        var rig = new Rig(robot, start, at.LastOrDefault() + 50, periodNs);
        var sent = new List<ActionChunk>();
        var next = 0;
        rig.Pace.Before = tick =>
        {
            for (; next < at.Length && at[next] == tick; next++)
            {
                if (events[next].Kind % 12 == 0) continue;   // nothing came
                var chunk = events[next].Kind % 12 == 1 && sent.Count > 0
                    ? sent[random.Next(sent.Count)]          // a replay
                    : Wrong(Any(robot, random, rig.Pace.NowNs, rig.Robot.Read().Positions.ToArray(), start), events[next].Kind, random);
                sent.Add(chunk);
                rig.Plans.Offer(chunk, rig.Pace.NowNs);
            }
        };
        rig.Pace.Skips = tick => tick % 97 == 13 ? tick % 5 : 0;
        return rig;
    }

    private static ActionChunk Any(RobotDescription robot, Random random, long nowNs, double[] here, double[] start)
    {
        var steps = random.Next(1, 12);
        var size = Math.Pow(10, Arms.Uniform(random, -4, 0.5));
        var mood = random.Next(7);
        var actions = new float[steps][];
        for (var i = 0; i < steps; i++)
        {
            actions[i] = new float[here.Length];
            for (var j = 0; j < here.Length; j++)
            {
                var (low, high) = (robot.Joints[j].MinPosition, robot.Joints[j].MaxPosition);
                actions[i][j] = mood switch
                {
                    0 => (float)(random.Next(2) == 0 ? low : high),                              // corners
                    1 => (float)Arms.Uniform(random, low - 1, high + 1),                         // anywhere, also outside
                    2 => BitConverter.Int32BitsToSingle(random.Next() & 0x7f7fffff),             // any finite float
                    3 or 4 => (float)(start[j] + 0.3 * Math.Sin(2 * j + steps + 0.4 * i)),       // back to where it is free
                    _ => (float)(here[j] + size * (i + 1) * Math.Sin(j + steps + 0.5 * i)),      // on from here
                };
            }
        }

        var period = (long)Math.Pow(10, Arms.Uniform(random, 6, 8.3));
        return Chunks.Of(nowNs - random.Next(0, 3) * period + random.Next(-5, 10) * 1_000_000L, actions) with
        {
            BasedOnSequence = random.Next(), StepPeriodNs = period, StepValidNs = period * random.Next(1, 4),
        };
    }

    private static ActionChunk Wrong(ActionChunk chunk, byte kind, Random random)
    {
        var actions = chunk.Actions.ToArray();
        switch (kind % 12)
        {
            case 2: actions[random.Next(actions.Length)] = float.NaN; break;
            case 3: actions[random.Next(actions.Length)] = float.NegativeInfinity; break;
            case 4: return chunk with { Dims = chunk.Dims + 1 };
            case 5: return chunk with { Steps = random.Next(), Dims = random.Next() };
            case 6: return chunk with { Actions = actions.AsMemory(1) };
            case 7: return chunk with { FirstStepTimeNs = random.NextInt64(long.MinValue, long.MaxValue), StepPeriodNs = random.NextInt64() };
            case 8: return chunk with { FirstStepTimeNs = chunk.FirstStepTimeNs + random.Next(-200, 100) * 1_000_000L };
        }

        return chunk with { Actions = actions };
    }
}

file static class Sequences
{
    public static IEnumerable<TState> Scan<T, TState>(this IEnumerable<T> source, TState state, Func<TState, T, TState> next)
    {
        yield return state;
        foreach (var item in source) yield return state = next(state, item);
    }
}
