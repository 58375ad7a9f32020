using System.Globalization;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.RobotFiles;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.Arms;
using FsCheck.Xunit;

namespace DepthVla.Robot.Daemon.Tests.RobotFiles;

public sealed class RobotFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly List<SettingProblem> _problems = [];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Apply_EverythingThatAFileMaySay_IsHowTheArmIsDriven()
    {
        var arm = Apply("""
            {
              // the bench by the window
              "workspace": { "min": [0.15, -0.2, 0.05], "max": [0.4, 0.2, 0.4] },
              "tool": [0.12, 0, 0],
              "joints": { "waist": { "min_position": -1, "max_position": 1.5 }, "elbow": { "max_velocity": 0.5, "max_acceleration": 3, "max_jerk": 100, "max_effort": 5 } },
              "keep_out": { "camera post": { "min": [0.3, 0.3, 0], "max": [0.35, 0.35, 0.6] } },
            }
            """);
        Assert.Empty(_problems);
        Assert.Equal(new WorkspaceBox(new(0.15, -0.2, 0.05), new(0.4, 0.2, 0.4)), arm.Workspace);
        Assert.Equal(new Vector3d(0.12, 0, 0), arm.Tool);
        Assert.Equal([.. Wx250s.Description.KeepOut, new KeepOutBox("camera post", new(new(0.3, 0.3, 0), new(0.35, 0.35, 0.6)))], arm.KeepOut);
        Assert.Equal(Wx250s.Description.Joints[0] with { MinPosition = -1, MaxPosition = 1.5 }, arm.Joints[0]);
        Assert.Equal(Wx250s.Description.Joints[2] with { MaxVelocity = 0.5, MaxAcceleration = 3, MaxJerk = 100, MaxEffort = 5 }, arm.Joints[2]);
        Assert.Equal(Wx250s.Description.Joints[1], arm.Joints[1]);
    }

    [Fact]
    public void Apply_NothingSaid_IsTheArmAsItComes()
    {
        var arm = Apply("{}");
        Assert.Equal(Wx250s.Description.Joints, arm.Joints);
        Assert.Equal(Wx250s.Description with { Joints = arm.Joints }, arm);
    }

    [Theory]
    [InlineData("""{ "workspase": {} }""", "workspase: expected workspace, tool, keep_out, joints")]
    [InlineData("""{ "workspace": { "min": [0, 0, 0] } }""", "workspace: expected both min and max")]
    [InlineData("""{ "workspace": { "min": [0, 0, 1], "max": [1, 1, 0] } }""", "workspace: expected max above min")]
    [InlineData("""{ "workspace": { "min": [0, 0], "max": [1, 1, 1] } }""", "workspace.min: expected three numbers")]
    [InlineData("""{ "tool": [0, 0, 3] }""", "tool: expected three numbers, m, none farther than 2")]
    [InlineData("""{ "tool": "long" }""", "tool: expected three numbers")]
    [InlineData("""{ "joints": [] }""", "joints: expected an object")]
    [InlineData("""{ "joints": { "knee": { "max_velocity": 1 } } }""", "joints.knee: expected a joint of wx250s: waist, shoulder")]
    [InlineData("""{ "joints": { "waist": { "speed": 1 } } }""", "joints.waist.speed: expected min_position")]
    [InlineData("""{ "joints": { "waist": { "max_velocity": 2.5 } } }""", "joints.waist.max_velocity: expected 2 or less, got 2.5; a robot file may make limits narrower")]
    [InlineData("""{ "joints": { "waist": { "min_position": -4 } } }""", "joints.waist.min_position: expected -3.14158 or more")]
    [InlineData("""{ "joints": { "waist": { "max_velocity": 0 } } }""", "joints.waist.max_velocity: expected a number above 0")]
    [InlineData("""{ "joints": { "waist": { "max_velocity": 1e999 } } }""", "joints.waist.max_velocity: expected a number")]
    [InlineData("""{ "joints": { "waist": { "min_position": 1, "max_position": 0.5 } } }""", "joints.waist: expected min_position below max_position")]
    [InlineData("""{ "tool": [0, 0, 0], "tool": [0, 0, 0] }""", "tool: expected each name once")]
    [InlineData("""{ "keep_out": { "wall": { "min": [0, 0, 0] } } }""", "keep_out.wall: expected both min and max")]
    [InlineData("""{ "keep_out": { "wall": { "min": [0, 0, 0], "max": [1, 1, "high"] } } }""", "keep_out.wall.max: expected three numbers")]
    [InlineData("""{ "joints": { "waist": { "max_effort": 20 } } }""", "joints.waist.max_effort: expected 9.5 or less, got 20")]
    [InlineData("[]", "all of it: expected an object")]
    [InlineData("{", "expected JSON")]
    public void Apply_WhatCannotBe_IsNamedWithItsField(string json, string expected)
    {
        Apply(json);
        var problem = Assert.Single(_problems).ToString();
        Assert.StartsWith(_path, problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_SeveralProblems_AllAreTold()
    {
        Apply("""{ "tool": 1, "joints": { "waist": { "max_velocity": -1, "max_jerk": "any" }, "knee": { "max_velocity": 1 } }, "colour": "red" }""");
        Assert.Equal(5, _problems.Count);
    }

    /// <summary>Whatever a file says: an arm that comes of it without a complaint may do nothing that it might not before.</summary>
    [Property]
    public bool Apply_AnyNumbers_NeverWidensALimit(double velocity, double lowest, double highest, double jerk)
    {
        _problems.Clear();
        // Most numbers are far beyond any limit: brought near, every second is one that a joint can have.
        var text = (double value) => double.IsFinite(value) ? (value % 4).ToString("R", CultureInfo.InvariantCulture) : "1e999";
        var arm = Apply($$"""{ "joints": { "waist": { "max_velocity": {{text(velocity)}}, "min_position": {{text(lowest)}}, "max_position": {{text(highest)}}, "max_jerk": {{text(jerk)}} } } }""");
        var (joint, stock) = (arm.Joints[0], Wx250s.Description.Joints[0]);
        return joint.MaxVelocity <= stock.MaxVelocity && joint.MaxVelocity > 0 && joint.MinPosition >= stock.MinPosition && joint.MaxPosition <= stock.MaxPosition
            && joint.MaxJerk <= stock.MaxJerk && joint.MaxJerk > 0 && (_problems.Count > 0 || joint.MinPosition < joint.MaxPosition) && joint.Unit == JointUnit.Radian;
    }

    private RobotDescription Apply(string json)
    {
        File.WriteAllText(_path, json);
        return RobotFileReader.Read(_path, _problems).Apply(Wx250s.Description, _problems);
    }
}
