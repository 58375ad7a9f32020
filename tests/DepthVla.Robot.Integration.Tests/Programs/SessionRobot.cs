using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>A robot of which there is no more than what it says in a session: it fits any policy, and sees one picture.</summary>
internal static class SessionRobot
{
    /// <summary>Observations a second.</summary>
    public const double RateHz = 1;

    private const int Width = 320, Height = 240;

    private static byte[] Picture { get; } = JpegCodec.Encode(Photograph.Gradient(Width, Height));

    /// <summary>Any joints, and every camera of a policy's.</summary>
    public static RobotContract Contract(PolicyInfo policy, string robot) => new()
    {
        RobotId = robot, Cameras = [.. policy.Cameras.Select(name => new CameraSpec(name, Width, Height, ImageEncoding.Jpeg))],
        Joints = [.. policy.Joints.Select(joint => new JointSpec(joint.Name, joint.Unit, -3, 3, 1, 4, IsGripper: joint.Unit == JointUnit.Metre))],
        ControlRateHz = 500, ObservationRateHz = RateHz, StepRateHz = policy.StepRateHz, Actions = [policy.Actions],
    };

    /// <summary>The same picture through every camera, and as much time as a test has.</summary>
    public static Observation Observe(PolicyInfo policy, long sequence)
    {
        var nowNs = MonotonicClock.System.NowNs;
        return new()
        {
            Sequence = sequence, CaptureTimeNs = nowNs, BudgetNs = (long)RunningProgram.Patience.TotalNanoseconds, Instruction = "touch the red block",
            Frames = [.. policy.Cameras.Select(name => new CameraFrame { Camera = name, Encoding = ImageEncoding.Jpeg, Width = Width, Height = Height, CaptureTimeNs = nowNs, Sequence = sequence, Data = Picture })],
            Proprioception = JointVector.Zero(policy.Joints.Length),
        };
    }
}
