using DepthVla.Robot.Server.Policies;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Server.Tests.Policies;

public sealed class CostModelTests
{
    private readonly CostModel _costs = new();

    [Fact]
    public void Capacity_IsOfTheBatchThatPaysMost()
    {
        Assert.Equal(double.PositiveInfinity, _costs.Capacity);
        _costs.Begin([0.010, 0.012, 0.030]);
        Assert.Equal(0.9 * 2 / 0.012, _costs.Capacity, 1e-9);
    }

    [Theory]
    [InlineData(1, 1.0, 1)]
    [InlineData(2, 1.0, 2)]
    [InlineData(4, 1.0, 4)]
    [InlineData(9, 1.0, 4)]        // no more than was measured
    [InlineData(4, 0.015, 3)]      // four would be late
    [InlineData(4, 0.001, 1)]      // late in any case
    [InlineData(4, -1.0, 1)]
    public void Choose_AsManyAsPayAndTheMostUrgentCanWaitFor(int waiting, double left, int expected)
    {
        _costs.Begin([0.010, 0.012, 0.014, 0.016]);
        Assert.Equal(expected, _costs.Choose(waiting, left));
    }

    [Fact]
    public void Choose_BatchesThatDoNotPay_OneByOne()
    {
        _costs.Begin([0.010, 0.021, 0.033]);
        Assert.Equal(1, _costs.Choose(3, 1));
    }

    [Property]
    public void Choose_NeverBreaksADeadlineThatOneByOneWouldKeep(PositiveInt waiting, PositiveInt[] milliseconds, PositiveInt left)
    {
        _costs.Begin([.. milliseconds.Select(ms => ms.Get * 1e-3)]);
        var batch = _costs.Choose(waiting.Get, left.Get * 1e-3);
        Assert.InRange(batch, 1, Math.Max(1, Math.Min(waiting.Get, milliseconds.Length)));
        if (batch > 1) Assert.True(milliseconds[batch - 1].Get <= left.Get);
    }

    [Fact]
    public void Learn_OneStall_ChangesNothing_ManyDo()
    {
        _costs.Begin([0.010, 0.012]);
        for (var i = 0; i < 20; i++) _costs.Learn(1, 0.010);
        _costs.Learn(1, 5);
        Assert.Equal(0.010, _costs.SecondsOfOne);
        for (var i = 0; i < 8; i++) _costs.Learn(1, 0.040);
        Assert.Equal(0.040, _costs.SecondsOfOne);
        Assert.Equal(0.9 * 2 / 0.012, _costs.Capacity, 1e-9);
        _costs.Learn(7, 1);
        Assert.Equal(2, _costs.MaxBatch);
    }
}
