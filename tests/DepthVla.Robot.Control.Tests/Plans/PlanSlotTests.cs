using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;

namespace DepthVla.Robot.Control.Tests.Plans;

public sealed class PlanSlotTests
{
    private const long Now = 5_000_000_000;

    [Fact]
    public void Offer_NewerByTimeOrElseBySequence_ReplacesThePlan()
    {
        var slot = Slot();
        Assert.Null(slot.Current);
        Assert.Null(slot.Offer(Chunks.Stay(Now, 4, 1, 2) with { BasedOnSequence = 7 }, Now));
        Assert.Null(slot.Offer(Chunks.Stay(Now, 4, 1, 2) with { BasedOnSequence = 8 }, Now));
        Assert.Null(slot.Offer(Chunks.Stay(Now + 1, 4, 1, 2) with { BasedOnSequence = 1 }, Now));   // another session
        Assert.Equal((Now + 1, 1), (slot.Current!.FirstStepTimeNs, slot.Current.Sequence));
    }

    [Theory]
    [InlineData(Now, 7)]
    [InlineData(Now, 6)]
    [InlineData(Now - 1, 9)]
    public void Offer_ReplayOrOvertaken_IsRefusedAndThePlanStays(long firstStepTimeNs, long sequence)
    {
        var slot = Slot();
        Assert.Null(slot.Offer(Chunks.Stay(Now, 4, 1, 2) with { BasedOnSequence = 7 }, Now));
        var plan = slot.Current;
        Assert.Equal(RefusalReason.Old, slot.Offer(Chunks.Stay(firstStepTimeNs, 4, 1, 2) with { BasedOnSequence = sequence }, Now)?.Reason);
        Assert.Same(plan, slot.Current);
    }

    [Fact]
    public async Task Current_WhileAnotherThreadOffers_IsAlwaysAWholePlanAndNeverAnOlderOne()
    {
        var slot = Slot();
        const int Last = 20_000;
        var writer = Task.Run(() =>
        {
            for (var i = 1; i <= Last; i++) Assert.Null(slot.Offer(Chunks.Stay(Now + i, 4, i, -i), Now));
        }, TestContext.Current.CancellationToken);

        var (seen, plans) = (0.0, 0);
        while (seen < Last)
        {
            if (slot.Current is not { } plan) continue;
            Assert.True(plan.TrySample(plan.FirstStepTimeNs + 1, out var positions, out _));
            Assert.Equal(positions[0], -positions[1]);
            Assert.Equal(Now + (long)positions[0], plan.FirstStepTimeNs);
            Assert.True(positions[0] >= seen);
            plans += positions[0] > seen ? 1 : 0;
            seen = positions[0];
        }

        await writer;
        Assert.True(plans > 1);
    }

    private static PlanSlot Slot() => new([new("a", default, -1, 1, 1, 1), new("b", default, -1, 1, 1, 1)], new PlanRules());
}
