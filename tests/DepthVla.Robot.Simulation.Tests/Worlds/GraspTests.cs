using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

/// <summary>Real friction between the pads and the block: what holds must hold, and what cannot must not.</summary>
public sealed class GraspTests
{
    private const double Resting = 0.015;

    [Theory]
    [InlineData("block_red", 1)]
    [InlineData("block_green", 2)]
    [InlineData("block_yellow", 3)]
    [InlineData("block_red", 4)]
    [InlineData("block_red", 5)]
    public void PickUp_GripperCloses_LiftsTheBlock(string block, int seed)
    {
        using var physics = new TabletopPhysics();
        physics.Reset(seed);

        new ScriptedHand(physics).PickUp(block, Wx250s.GripperClosed);

        Assert.Equal(Resting + 0.100, physics.PoseOf(block).Position.Z, 0.005);
    }

    [Theory]
    [InlineData("spoon", -0.03, 1)]
    [InlineData("spoon", -0.03, 2)]
    [InlineData("carrot", 0.0, 1)]
    [InlineData("carrot", 0.0, 2)]
    public void PickUp_LongThingTakenAcross_LiftsIt(string name, double along, int seed)
    {
        using var physics = new TabletopPhysics();
        physics.PlaceObjects(TabletopScene.Kitchen, seed);
        var resting = physics.PoseOf(name).Position.Z;

        new ScriptedHand(physics).PickUp(name, Wx250s.GripperClosed, along, symmetry: Math.PI);

        Assert.Equal(resting + 0.100, physics.PoseOf(name).Position.Z, 0.02); // it may hang a little
    }

    /// <summary>What lies on the table and was let go has to come to rest: a round thing that rocked for ever would never be done with.</summary>
    [Theory]
    [InlineData("carrot", 1)]
    [InlineData("carrot", 2)]
    [InlineData("carrot", 3)]
    [InlineData("spoon", 1)]
    public void MoveGripper_ThingDroppedALittle_RestsWithinASecond(string name, int seed)
    {
        using var physics = new TabletopPhysics();
        physics.PlaceObjects(TabletopScene.Kitchen, seed);
        var (item, hand) = (TabletopScene.Kitchen.Objects.Single(item => item.Name == name), new ScriptedHand(physics));
        hand.PickUp(name, Wx250s.GripperClosed, symmetry: Math.PI);
        hand.MoveToHeight(0.028);

        hand.MoveGripper(Wx250s.GripperOpen);
        hand.MoveToHeight(0.12);

        for (var i = 0; i < 250; i++, hand.Wait(1)) Assert.InRange(physics.SpeedOf(item), 0, 0.005);
    }

    [Fact]
    public void PickUp_GripperNeverCloses_LeavesTheBlock()
    {
        using var physics = new TabletopPhysics();
        physics.Reset(1);

        new ScriptedHand(physics).PickUp("block_red", Wx250s.GripperOpen);

        Assert.Equal(Resting, physics.PoseOf("block_red").Position.Z, 0.001);
        Assert.Equal(0.121, physics.Tool.Position.Z, 0.001);
    }

    [Fact]
    public void PickUp_SlipperyPads_LeavesTheBlock()
    {
        var scene = TabletopModels.Read(TabletopScene.Blocks);
        var slippery = scene.Replace("friction=\"2.0 0.05 0.002\"", "friction=\"0.01 0.0005 0.0001\"", StringComparison.Ordinal);
        Assert.NotEqual(scene, slippery);
        using var physics = new TabletopPhysics(slippery);
        physics.Reset(1);

        new ScriptedHand(physics).PickUp("block_red", Wx250s.GripperClosed);

        Assert.Equal(Resting, physics.PoseOf("block_red").Position.Z, 0.005);
    }
}
