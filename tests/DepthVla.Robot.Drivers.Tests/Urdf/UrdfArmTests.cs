using System.Globalization;
using System.Text;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Drivers.Urdf;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Drivers.Tests.Urdf;

public sealed class UrdfArmTests
{
    /// <summary>Two joints and a tool, frames turned as a designer's CAD left them.</summary>
    private const string Hand = """
        <?xml version="1.0"?>
        <robot name="hand">
          <link name="base"/><link name="upper"/><link name="plate"/><link name="fore"/><link name="tool"/><link name="camera"/>
          <joint name="fore_joint" type="revolute">
            <parent link="plate"/><child link="fore"/>
            <origin xyz="0 0 0.3"/><axis xyz="0 0 2"/><limit lower="-1" upper="1.5" velocity="3.2" effort="10"/>
          </joint>
          <joint name="shoulder" type="continuous">
            <parent link="base"/><child link="upper"/>
            <origin xyz="0 0 0.1" rpy="0 1.5707963267948966 0"/><axis xyz="1 0 0"/><limit velocity="2" effort="1"/>
          </joint>
          <joint name="screwed" type="fixed"><parent link="upper"/><child link="plate"/><origin xyz="0.02 0 0" rpy="0 0 0"/></joint>
          <joint name="gripped" type="fixed"><parent link="fore"/><child link="tool"/><origin xyz="0.05 0 0"/></joint>
          <joint name="looking" type="fixed"><parent link="base"/><child link="camera"/></joint>
        </robot>
        """;

    private static readonly UrdfChoices Choices = new()
    {
        ToolLink = "tool", MaxAcceleration = 10, MaxJerk = 500, SpeedShare = 0.5, Workspace = new(new(-1, -1, -1), new(1, 1, 1)),
    };

    [Fact]
    public void Read_TurnedFrames_AreAlignedWithTheBase()
    {
        var arm = UrdfArm.Read(Hand, Choices);
        Assert.Equal("hand", arm.Name);
        Assert.Equal(
            [new JointSpec("shoulder", JointUnit.Radian, -2 * Math.PI, 2 * Math.PI, 1, 10, MaxJerk: 500), new("fore_joint", JointUnit.Radian, -1, 1.5, 1.6, 10, MaxJerk: 500)],
            arm.Joints);

        // A quarter turn about y: the joint's x points down, its z along the base's x.
        Close(new(0, 0, 0.1), arm.Chain[0].Offset);
        Close(new(0, 0, -1), arm.Chain[0].Axis);
        Close(new(0.3, 0, -0.02), arm.Chain[1].Offset);
        Close(new(1, 0, 0), arm.Chain[1].Axis);
        Close(new(0, 0, -0.05), arm.Tool);
    }

    [Property(MaxTest = 200)]
    public void Read_AnyChain_PutsTheToolWhereTheFramesSayByTheirDefinition(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (xml, joints) = RandomArm(random);
        var arm = UrdfArm.Read(xml, Choices);
        double[] positions = [.. joints.Where(j => j.Turns).Select(_ => random.NextDouble() * 4 - 2)];
        Assert.Equal(positions.Length, arm.Joints.Length);
        var expected = ByDefinition(joints, positions);
        Close(expected, new SerialChain(arm).Tool(JointVector.From(positions)).Position, 1e-12);
    }

    [Fact]
    public void Read_FromALinkFurtherOn_BeginsThere()
    {
        var arm = UrdfArm.Read(Hand, Choices with { BaseLink = "upper" });
        Assert.Equal("fore_joint", Assert.Single(arm.Joints).Name);
        Close(new(0.02, 0, 0.3), arm.Chain[0].Offset);
    }

    [Theory]
    [InlineData("revolute", "prismatic", "joint 'fore_joint' is of type 'prismatic'; expected revolute, continuous or fixed")]
    [InlineData("velocity=\"3.2\"", "", "joint 'fore_joint' has no limit velocity")]
    [InlineData("velocity=\"3.2\"", "velocity=\"fast\"", "velocity is 'fast'; expected a number")]
    [InlineData("lower=\"-1\" upper=\"1.5\"", "", "range is 0 to 0; expected the lower first")]
    [InlineData("0 0 0.3", "0 0.3", "xyz is '0 0.3'; expected three numbers")]
    [InlineData("0 0 0.3", "0 0 NaN", "xyz is '0 0 NaN'; expected three numbers")]
    [InlineData("0 0 2", "0 0 0", "joint 'fore_joint': its axis has no direction")]
    [InlineData("<child link=\"camera\"/>", "<child link=\"tool\"/>", "link 'tool' has two parents")]
    [InlineData("<link name=\"tool\"/>", "", "there is no link 'tool' for the tool; there are 'base', 'upper'")]
    [InlineData("<parent link=\"base\"/><child link=\"upper\"/>", "<parent link=\"tool\"/><child link=\"upper\"/>", "leads round in a circle")]
    [InlineData("<robot name=\"hand\">", "<robot name=\"hand\"", "it is not XML")]
    public void Read_WhatCannotBeUsed_IsNamedWithWhatWasExpected(string good, string bad, string expected)
    {
        Assert.Contains(good, Hand, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<UrdfException>(() => UrdfArm.Read(Hand.Replace(good, bad, StringComparison.Ordinal), Choices)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralFaults_AreListedTogether()
    {
        var message = Assert.Throws<UrdfException>(() => UrdfArm.Read(Hand.Replace("0 0 2", "x", StringComparison.Ordinal).Replace("3.2", "y", StringComparison.Ordinal), Choices)).Message;
        Assert.Contains("'x'", message, StringComparison.Ordinal);
        Assert.Contains("'y'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BaseLinkThatIsNotAbove_IsRefused() =>
        Assert.Contains("link 'camera' is not above 'tool'", Assert.Throws<UrdfException>(() => UrdfArm.Read(Hand, Choices with { BaseLink = "camera" })).Message, StringComparison.Ordinal);

    [Property(MaxTest = 500)]
    public void Read_AnySpoiltText_IsReadOrRefusedAndNothingElse(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var text = new StringBuilder(Hand);
        for (var i = random.Next(1, 20); i > 0; i--) text[random.Next(text.Length)] = (char)random.Next(32, 127);
        try { UrdfArm.Read(text.ToString(), Choices); }
        catch (UrdfException e) { Assert.StartsWith("This URDF cannot be used: ", e.Message, StringComparison.Ordinal); }
    }

    private static (string Xml, List<(Vector3d Xyz, Vector3d Rpy, Vector3d Axis, bool Turns)> Joints) RandomArm(Random random)
    {
        Vector3d Any(double size) => new((random.NextDouble() * 2 - 1) * size, (random.NextDouble() * 2 - 1) * size, (random.NextDouble() * 2 - 1) * size);
        var (xml, joints) = (new StringBuilder("<robot name=\"any\"><link name=\"l0\"/>"), new List<(Vector3d, Vector3d, Vector3d, bool)>());
        var count = random.Next(2, 9);
        for (var i = 1; i <= count; i++)
        {
            var (xyz, rpy, axis, turns) = (Any(0.4), Any(3), Any(1), i == 1 || random.Next(4) > 0);
            joints.Add((xyz, rpy, axis, turns));
            var name = i == count ? "tool" : $"l{i}";
            xml.Append(CultureInfo.InvariantCulture, $"<link name=\"{name}\"/><joint name=\"j{i}\" type=\"{(turns ? "revolute" : "fixed")}\"><parent link=\"l{i - 1}\"/><child link=\"{name}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<origin xyz=\"{Text(xyz)}\" rpy=\"{Text(rpy)}\"/><axis xyz=\"{Text(axis)}\"/><limit lower=\"-3\" upper=\"3\" velocity=\"1\"/></joint>");
        }

        return (xml.Append("</robot>").ToString(), joints);
    }

    // Frame after frame: step by xyz, turn by rpy (fixed axes), then about the joint's own axis.
    private static Vector3d ByDefinition(List<(Vector3d Xyz, Vector3d Rpy, Vector3d Axis, bool Turns)> joints, double[] positions)
    {
        var point = new Vector3d(0, 0, 0);
        var next = positions.Length;
        for (var i = joints.Count - 1; i >= 0; i--)
        {
            var (xyz, rpy, axis, turns) = joints[i];
            if (turns) point = About(axis, positions[--next], point);
            point = xyz + About(new(0, 0, 1), rpy.Z, About(new(0, 1, 0), rpy.Y, About(new(1, 0, 0), rpy.X, point)));
        }

        return point;
    }

    // Rodrigues.
    private static Vector3d About(Vector3d axis, double angle, Vector3d v)
    {
        var k = axis * (1 / Math.Sqrt(axis.X * axis.X + axis.Y * axis.Y + axis.Z * axis.Z));
        var (sin, cos) = Math.SinCos(angle);
        var cross = new Vector3d(k.Y * v.Z - k.Z * v.Y, k.Z * v.X - k.X * v.Z, k.X * v.Y - k.Y * v.X);
        return v * cos + cross * sin + k * ((k.X * v.X + k.Y * v.Y + k.Z * v.Z) * (1 - cos));
    }

    private static string Text(Vector3d v) => string.Create(CultureInfo.InvariantCulture, $"{v.X:R} {v.Y:R} {v.Z:R}");

    private static void Close(Vector3d expected, Vector3d actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.X, actual.X, tolerance);
        Assert.Equal(expected.Y, actual.Y, tolerance);
        Assert.Equal(expected.Z, actual.Z, tolerance);
    }
}
