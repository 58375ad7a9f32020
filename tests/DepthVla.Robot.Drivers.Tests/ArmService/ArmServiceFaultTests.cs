using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.ArmService;
using Grpc.Core;

namespace DepthVla.Robot.Drivers.Tests.ArmService;

/// <summary>When anything goes wrong the cause can be read, the state grows old, and nothing goes on by itself.</summary>
public sealed class ArmServiceFaultTests : ArmServiceFixture
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task ArmFails_WhileMoving_IsTheCauseInTheServicesWords()
    {
        using var arm = await Moving();
        Drive.Failure = "overcurrent in joint 3";
        await Ends(arm, "the arm failed: overcurrent in joint 3");
    }

    [Fact]
    public async Task Service_Gone_IsTheCause()
    {
        using var arm = await Moving();
        await Service.DisposeAsync();
        await Ends(arm, "arm service at");
    }

    [Fact]
    public async Task States_Silent_AreNoticedAndTheCallEnds()
    {
        using var arm = await Moving(Options with { StateTimeout = Short });
        Drive.IsSilent = true;
        await Ends(arm, "was silent for 500 ms");
        await Until(() => Drive.Ending == StatusCode.Cancelled);
    }

    [Fact]
    public async Task States_AllOld_AreNoNewOnes()
    {
        using var arm = await Moving(Options with { StateTimeout = Short });
        var old = new DepthVla.Arm.V1.State { CommandTimeNs = arm.Read().TimeNs, Positions = { Pose }, Velocities = { Pose } };
        Drive.Line = state => new(old) { CommandTimeNs = Math.Min(old.CommandTimeNs, state.CommandTimeNs) };
        await Ends(arm, "sends old states");
    }

    [Fact]
    public async Task Commands_NotTaken_IsTheCauseThoughStatesCome()
    {
        using var arm = await Moving(Options with { CommandTimeout = Short });
        Drive.IsCareless = true;
        Drive.IsDeaf = true;
        await Ends(arm, "has taken no command for");
    }

    [Fact]
    public async Task Commands_NoMore_ServiceStopsTheArmAndSaysSo()
    {
        using var arm = await Moving(Options with { CommandTimeout = Short });
        await Until(() => arm.Fault is not null);
        Assert.Contains("got no command for 500 ms", arm.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("count", "expected 6 of each")]
    [InlineData("efforts", "1 efforts; expected 6 of each")]
    [InlineData("nan", "not finite")]
    [InlineData("nan effort", "not finite")]
    [InlineData("future", "a time that cannot be")]
    [InlineData("negative", "a time that cannot be")]
    public async Task State_ThatCannotBe_IsTheCause(string what, string cause)
    {
        using var arm = await Moving();
        Drive.Line = state =>
        {
            if (what == "count") state.Velocities.Clear();
            if (what == "efforts") state.Efforts.Add(1);
            if (what == "nan effort") state.Efforts.AddRange([0, 0, 0, 0, 0, double.NaN]);
            if (what == "nan") state.Positions[2] = double.NaN;
            if (what == "future") state.CommandTimeNs = MonotonicClock.System.NowNs + 1_000_000_000;
            if (what == "negative") state.ElapsedNs = -1;
            return state;
        };
        await Ends(arm, cause);
        Assert.True(arm.Read().Positions.IsFinite);
    }

    [Fact]
    public async Task Command_ThatIsNotFinite_IsNotSent()
    {
        using var arm = await Moving();
        var target = JointVector.From(Pose);
        target[0] = double.PositiveInfinity;
        arm.Write(new(MonotonicClock.System.NowNs, target));
        await Until(() => arm.Fault is not null);
        Assert.Contains("was not sent", arm.Fault, StringComparison.Ordinal);
        Assert.All(Drive.Positions, position => Assert.True(double.IsFinite(position)));
    }

    // The control thread goes on all the while, as the loop does when it holds.
    private async Task Ends(ArmServiceArm arm, string cause)
    {
        await Command(arm, () => arm.Fault is not null);
        Assert.Contains(cause, arm.Fault, StringComparison.Ordinal);
        await Until(() => Drive.Ending is not null);
        var (state, stood) = (arm.Read(), Drive.Positions);
        (Drive.Failure, Drive.IsSilent, Drive.IsDeaf, Drive.Line) = (null, false, false, s => s); // somebody mends it
        var turns = 0;
        await Command(arm, () => ++turns == 50);
        Assert.Equal(state, arm.Read());
        Assert.Equal(stood, Drive.Positions);
    }
}
