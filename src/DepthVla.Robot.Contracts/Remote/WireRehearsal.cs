using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>An observation and a chunk, to bytes and back, before the first real ones.</summary>
/// <remarks>What runs for the first time is compiled first. On either end that would cost the first observation tens of milliseconds of its budget.</remarks>
public static class WireRehearsal
{
    private const string Session = "rehearsal";

    /// <summary>Rehearses both directions. Any thread.</summary>
    public static void Perform()
    {
        var observation = new Wire.ActRequest { Observation = Observation().ToWire(Session) };
        Wire.ActRequest.Parser.ParseFrom(observation.ToByteArray()).Observation.ToCore();
        var chunk = new ChunkArrived(Chunk()).ToWire(Session);
        Wire.ActResponse.Parser.ParseFrom(chunk.ToByteArray()).ToCore(Session);
    }

    private static Observation Observation() => new()
    {
        Sequence = 1,
        CaptureTimeNs = 1,
        BudgetNs = 1,
        Frames =
        [
            new CameraFrame
            {
                Camera = "camera", Encoding = ImageEncoding.Rgb8, Width = 1, Height = 1, Stride = 3, CaptureTimeNs = 1, Sequence = 1, Data = new byte[3],
            },
        ],
        Proprioception = JointVector.Zero(1),
        Instruction = "rehearse",
        Executing = new(1, 0),
        NoiseSeed = 1,
    };

    private static ActionChunk Chunk()
    {
        var timings = default(StageTimings);
        timings[Stage.Total] = 1;
        return new ActionChunk
        {
            BasedOnSequence = 1, FirstStepTimeNs = 1, StepPeriodNs = 1_000_000, StepValidNs = 1_000_000, Steps = 1, Dims = 1,
            Actions = new float[1], ModelHash = "none", NoiseSeed = 1, Timings = timings, Depth = [new DepthMap("camera", 1, 1, new float[1])],
        };
    }
}
