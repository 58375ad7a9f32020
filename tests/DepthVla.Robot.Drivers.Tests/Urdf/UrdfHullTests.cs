using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Drivers.Urdf;

namespace DepthVla.Robot.Drivers.Tests.Urdf;

public sealed class UrdfHullTests
{
    private const string Arm = """
        <robot name="arm">
          <link name="base"><collision><origin xyz="0 0 0.05"/><geometry><sphere radius="0.06"/></geometry></collision></link>
          <link name="upper">
            <collision><origin xyz="0 0.1 0" rpy="1.5707963267948966 0 0"/><geometry><cylinder radius="0.03" length="0.2"/></geometry></collision>
            <collision><geometry><mesh filename="upper.stl"/></geometry></collision>
          </link>
          <link name="plate"><collision><geometry><box size="0.06 0.02 0.08"/></geometry></collision></link>
          <link name="fore"><collision><origin xyz="0 0 0.1"/><geometry><box size="0.03 0.04 0.2"/></geometry></collision></link>
          <link name="tool"/>
          <joint name="a" type="revolute"><parent link="base"/><child link="upper"/><origin xyz="0 0 0.1" rpy="0 1.5707963267948966 0"/><axis xyz="1 0 0"/><limit lower="-1" upper="1" velocity="1"/></joint>
          <joint name="b" type="fixed"><parent link="upper"/><child link="plate"/><origin xyz="0.02 0.2 0"/></joint>
          <joint name="c" type="revolute"><parent link="plate"/><child link="fore"/><origin xyz="0 0.05 0"/><axis xyz="0 1 0"/><limit lower="-1" upper="1" velocity="1"/></joint>
          <joint name="d" type="revolute"><parent link="fore"/><child link="tool"/><origin xyz="0 0 0.2"/><axis xyz="0 0 1"/><limit lower="-1" upper="1" velocity="1"/></joint>
        </robot>
        """;

    private static readonly UrdfChoices Choices = new() { ToolLink = "tool", MaxAcceleration = 10, Workspace = new(new(-1, -1, -1), new(1, 1, 1)) };

    /// <summary>Everything turned a quarter about y by the first joint's frame: x is down, z along the base's x.</summary>
    [Fact]
    public void Read_CylindersBoxesAndSpheres_BecomeCapsulesOfTheLinkTheyAreFixedTo()
    {
        var arm = UrdfArm.Read(Arm, Choices);

        Assert.Equal(["base", "upper", "plate", "fore"], arm.Capsules.Select(c => c.Name));
        Assert.Equal([LinkCapsule.Base, 0, 0, 1], arm.Capsules.Select(c => c.Link));
        Close(arm.Capsules[0], new(0, 0, 0.05), new(0, 0, 0.05), 0.06);
        Close(arm.Capsules[1], new(0, 0.2, 0), new(0, 0, 0), 0.03);                                      // lies along y
        Close(arm.Capsules[2], new(-0.04, 0.2, -0.02), new(0.04, 0.2, -0.02), Math.Sqrt(0.03 * 0.03 + 0.01 * 0.01));
        Close(arm.Capsules[3], new(0, 0, 0), new(0.2, 0, 0), Math.Sqrt(0.015 * 0.015 + 0.02 * 0.02));
        Assert.Empty(arm.Apart);
        Assert.Empty(arm.KeepOut);
    }

    [Fact]
    public void Read_KeepOutAndSelfDistance_AreTaken()
    {
        var arm = UrdfArm.Read(Arm, Choices with { KeepOut = [new("wall", Choices.Workspace)], SelfDistance = 0.01 });
        Assert.Equal([new CapsulePair(0, 3, 0.01)], arm.Apart);   // between the others is one joint or none
        Assert.Equal("wall", Assert.Single(arm.KeepOut).Name);
    }

    [Theory]
    [InlineData("radius=\"0.03\"", "radius=\"-1\"", "link 'upper': cylinder radius is '-1'; expected a number above 0")]
    [InlineData("length=\"0.2\"", "", "link 'upper': cylinder length is ''; expected a number above 0")]
    [InlineData("size=\"0.03 0.04 0.2\"", "size=\"0.03 x 0.2\"", "link 'fore': size is '0.03 x 0.2'; expected three numbers")]
    public void Read_ShapeWrong_SaysWhichOfWhichLink(string good, string bad, string expected) => Assert.Contains(
        expected, Assert.Throws<UrdfException>(() => UrdfArm.Read(Arm.Replace(good, bad, StringComparison.Ordinal), Choices)).Message, StringComparison.Ordinal);

    private static void Close(LinkCapsule capsule, Vector3d from, Vector3d to, double radius)
    {
        Assert.True((capsule.From - from).Length() < 1e-12 && (capsule.To - to).Length() < 1e-12, $"{capsule}");
        Assert.Equal(radius, capsule.Radius, 1e-12);
    }
}
