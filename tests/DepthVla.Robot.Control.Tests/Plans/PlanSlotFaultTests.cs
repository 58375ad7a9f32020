using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Policies;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Plans;

public sealed class PlanSlotFaultTests
{
    private const long Now = 5_000_000_000;

    private static readonly ActionChunk Good = Chunks.Stay(Now, 4, 1, 2);

    public static TheoryData<string, RefusalReason, string> Faults => new()
    {
        { "dims", RefusalReason.Shape, "dims: expected 2, got 3" },
        { "no steps", RefusalReason.Shape, "steps: expected 1 to 1024, got 0" },
        { "many steps", RefusalReason.Shape, "steps: expected 1 to 1024, got 2147483647" },
        { "short", RefusalReason.Shape, "actions: expected 8 values (steps × dims), got 7" },
        { "nan", RefusalReason.NotFinite, "actions, step 1, joint 'b': expected a finite number, got NaN" },
        { "infinite", RefusalReason.NotFinite, "actions, step 3, joint 'a': expected a finite number, got -Infinity" },
        { "period", RefusalReason.Times, "step_period_ns: expected 1000000 to 1000000000, got 0" },
        { "long period", RefusalReason.Times, "step_period_ns" },
        { "validity", RefusalReason.Times, "step_valid_ns: expected one period (100000000) to 5000000000, got 99999999" },
        { "long validity", RefusalReason.Times, "step_valid_ns" },
        { "negative time", RefusalReason.Times, "first_step_time_ns" },
        { "far future", RefusalReason.Times, "first_step_time_ns: expected at most 1000000000 ns after now, 5000000000, got 9223372036854775807" },
        { "expired", RefusalReason.Expired, "not_after_ns: expected after now, 5000000000, got 5000000000" },
        { "believed too long", RefusalReason.Times, "not_after_ns: expected at most 5000000000 ns after now" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Offer_FaultyChunk_IsRefusedWholeAndSaysWhy(string fault, RefusalReason reason, string message)
    {
        var chunk = fault switch
        {
            "dims" => Good with { Dims = 3 },
            "no steps" => Good with { Steps = 0 },
            "many steps" => Good with { Steps = int.MaxValue },
            "short" => Good with { Actions = Good.Actions[1..] },
            "nan" => Good with { Actions = With(3, float.NaN) },
            "infinite" => Good with { Actions = With(6, float.NegativeInfinity) },
            "period" => Good with { StepPeriodNs = 0 },
            "long period" => Good with { StepPeriodNs = long.MaxValue, StepValidNs = long.MaxValue },
            "validity" => Good with { StepValidNs = Good.StepPeriodNs - 1 },
            "long validity" => Good with { StepValidNs = long.MaxValue },
            "negative time" => Good with { FirstStepTimeNs = long.MinValue },
            "far future" => Good with { FirstStepTimeNs = long.MaxValue },
            "expired" => Good with { FirstStepTimeNs = Now - 4 * Good.StepPeriodNs },
            "believed too long" => Good with { StepPeriodNs = 1_000_000_000, StepValidNs = 4_000_000_000 },
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };

        var slot = Slot();
        var refusal = slot.Offer(chunk, Now);

        Assert.Equal(reason, refusal?.Reason);
        Assert.StartsWith(message, refusal!.Message, StringComparison.Ordinal);
        Assert.Null(slot.Current);
    }

    [Fact]
    public void Offer_GoodChunk_IsTaken() => Assert.Null(Slot().Offer(Good, Now));

    [Property(MaxTest = 2000)]
    public void Offer_AnyNumbers_NeverThrowsAndWhatItTakesExpiresInTime(
        int steps, int dims, DoNotSize<long> first, DoNotSize<long> period, DoNotSize<long> valid, byte nearFirst, byte nearPeriod, byte nearValid, float[] values)
    {
        // Each number is either anything at all or near the sensible.
        var chunk = Good with
        {
            Steps = steps, Dims = dims, Actions = values,
            FirstStepTimeNs = (nearFirst & 1) == 0 ? first.Item : Now + (nearFirst - 128) * 10_000_000L,
            StepPeriodNs = (nearPeriod & 1) == 0 ? period.Item : nearPeriod * 4_000_000L,
            StepValidNs = (nearValid & 1) == 0 ? valid.Item : nearValid * 20_000_000L,
        };
        if ((nearFirst & 6) != 0) chunk = chunk with { Steps = Math.Abs(steps), Dims = 2, Actions = new float[2 * Math.Abs(steps)] };

        var slot = Slot();
        if (slot.Offer(chunk, Now) is null) Assert.InRange(slot.Current!.NotAfterNs, Now + 1, Now + 5_000_000_000);
        else Assert.Null(slot.Current);
    }

    private static float[] With(int index, float value)
    {
        var actions = Good.Actions.ToArray();
        actions[index] = value;
        return actions;
    }

    private static PlanSlot Slot() => new([new("a", default, -1, 1, 1, 1), new("b", default, -1, 1, 1, 1)], new PlanRules());
}
