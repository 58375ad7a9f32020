using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.RobotFiles;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.Operating;

public sealed class LessonTests : IDisposable
{
    private const long PeriodNs = 2_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-lesson-").FullName;
    private readonly TickRecorder _turns = new(4096);
    private long _timeNs = 1_000_000_000;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Record_MovedByHand_IsHowFarJointsAndToolWentAndHowFast()
    {
        See(HoldReason.NotArmed, waist: 3);                                          // before it was taught
        var lesson = new Lesson(Wx250s.Description, TeachWay.Free, _turns, _turns.Count);
        See(HoldReason.NotArmed, waist: 3);                                          // the wish was not yet heeded
        for (var i = 0; i <= 100; i++) See(HoldReason.Teaching, waist: 0.005 * i, speed: i == 50 ? -2.5 : 1);
        lesson.Follow();
        Assert.False(lesson.HasEnded);
        See(HoldReason.NotArmed, waist: -3);
        See(HoldReason.Teaching, waist: -3);                                         // another lesson's
        lesson.Follow();
        Assert.True(lesson.HasEnded);

        var record = lesson.Record();
        Assert.Equal(("wx250s", "free", 0.2), (record.Robot, record.Way, record.Seconds));
        Assert.Equal(new JointRange("rad", 0, 0.5, 2.5, 2, TooFast: true), record.Joints["waist"]);
        Assert.False(record.Joints["elbow"].TooFast);
        var chain = new SerialChain(Wx250s.Description);
        Assert.Equal(chain.Tool(At(0)).Position.X, record.Tool!.Max[0], 1e-5);
        Assert.Equal(chain.Tool(At(0.5)).Position.Y, record.Tool.Max[1], 1e-5);
        Assert.Null(record.RobotFile.Workspace);                                     // it stayed at one height
        Assert.Equal(new Dictionary<string, JointRangeAdvice> { ["waist"] = new(0, 0.5) }, record.RobotFile.Joints);
    }

    [Fact]
    public void Keep_Pose_IsJointsByNameAndTheTool()
    {
        var lesson = new Lesson(Wx250s.Description, TeachWay.Held, _turns, 0);
        Assert.True(lesson.Keep("home", At(0.1)));
        Assert.False(lesson.Keep("home", At(0.2)));
        var pose = Assert.Single(lesson.Record().Poses).Value;
        Assert.Equal(Wx250s.Description.Joints.Select(joint => joint.Name), pose.Joints.Keys);
        Assert.Equal(0.2, pose.Joints["waist"]);
        var tool = new SerialChain(Wx250s.Description).Tool(At(0.2));
        Assert.Equal(tool.Position.X, pose.Tool!.Position[0], 1e-5);
        Assert.Equal(tool.Rotation.Z.Y, pose.Tool.Z[1], 1e-5);
        Assert.Empty(lesson.Record().Joints);                                        // nothing was seen
    }

    /// <summary>What is printed can be pasted: the robot file's own reader takes it, and it fits the arm, also where a hand took the arm beyond its range.</summary>
    [Fact]
    public void Advice_InARobotFile_IsTakenAndFitsTheArm()
    {
        var lesson = new Lesson(Wx250s.Description, TeachWay.Free, _turns, 0);
        foreach (var (waist, shoulder) in new[] { (-1.0, -0.5), (0, 0), (9, 0.4) }) See(HoldReason.Teaching, waist, shoulder: shoulder);
        lesson.Follow();
        var advice = lesson.Record().RobotFile;
        Assert.NotNull(advice.Workspace);
        var path = Path.Combine(_folder, "robot.json");
        File.WriteAllText(path, AnswerJson.Indented(advice));
        var problems = new List<SettingProblem>();
        var driven = RobotFileReader.Read(path, problems).Apply(Wx250s.Description, problems);
        Assert.Empty(problems);
        Assert.Equal((-1.0, Wx250s.Description.Joints[0].MaxPosition), (driven.Joints[0].MinPosition, driven.Joints[0].MaxPosition));
        Assert.Equal(advice.Workspace.Min[2], driven.Workspace.Min.Z);
        Assert.Equal(Wx250s.Description.Joints[^1], driven.Joints[^1]);
    }

    private void See(HoldReason hold, double waist, double speed = 0, double shoulder = 0)
    {
        var positions = At(waist);
        positions[1] += shoulder;
        var velocities = JointVector.Zero(7);
        velocities[0] = speed;
        _turns.Add(new(new(_timeNs, _timeNs, 0, 0), new JointState(_timeNs, positions, velocities), default, positions, hold, default, null, 0, null, false));
        _timeNs += PeriodNs;
    }

    private static JointVector At(double waist)
    {
        var positions = Wx250s.Home;
        positions[0] = waist;
        return positions;
    }
}
