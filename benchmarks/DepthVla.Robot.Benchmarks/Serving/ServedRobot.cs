using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Benchmarks.Serving;

/// <summary>A robot that sees the same scene through every camera.</summary>
internal sealed class ServedRobot
{
    private const long BudgetNs = 10_000_000_000; // a pause of a shared machine is to be measured, not refused

    private static readonly string SessionId = new('0', 32); // as long as a server's

    private readonly byte[] _data;

    internal ServedRobot(PolicyInfo policy, ImageEncoding encoding, int width, int height)
    {
        var scene = Scene.Of(width, height);
        _data = encoding == ImageEncoding.Jpeg ? JpegCodec.Encode(scene) : scene.Memory.ToArray();
        Contract = new()
        {
            RobotId = "benchmark", Cameras = [.. policy.Cameras.Select(name => new CameraSpec(name, width, height, encoding))],
            Joints = [.. policy.Joints.Select(j => new JointSpec(j.Name, j.Unit, -3, 3, 1, 4, IsGripper: j.Unit == JointUnit.Metre))],
            ControlRateHz = 500, ObservationRateHz = 10, StepRateHz = policy.StepRateHz, Actions = [policy.Actions],
        };
    }

    internal RobotContract Contract { get; }

    /// <summary>What one frame has.</summary>
    internal int FrameBytes => _data.Length;

    /// <summary>What an observation has on the wire.</summary>
    internal int ObservationBytes => Observe(1).ToWire(SessionId).CalculateSize();

    /// <summary>What its answer has.</summary>
    internal int ChunkBytes(InstantPolicy policy) => new ChunkArrived(policy.Answer(Observe(1))).ToWire(SessionId).CalculateSize();

    internal Observation Observe(long sequence)
    {
        var nowNs = MonotonicClock.System.NowNs;
        return new()
        {
            Sequence = sequence, CaptureTimeNs = nowNs, BudgetNs = BudgetNs, Frames = [.. Contract.Cameras.Select(c => Frame(c, sequence, nowNs))],
            Proprioception = JointVector.Zero(Contract.Joints.Length), Instruction = "put the spoon on the towel",
        };
    }

    private CameraFrame Frame(CameraSpec camera, long sequence, long nowNs) => new()
    {
        Camera = camera.Name, Encoding = camera.Encoding, Width = camera.Width, Height = camera.Height,
        Stride = camera.Encoding == ImageEncoding.Rgb8 ? 3 * camera.Width : 0, CaptureTimeNs = nowNs, Sequence = sequence, Data = _data,
    };
}
