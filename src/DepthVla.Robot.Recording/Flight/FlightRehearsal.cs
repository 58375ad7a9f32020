using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Recording.Mcap;
using Foxglove.Schemas;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>A short flight, recorded and written to nowhere.</summary>
/// <remarks>What runs for the first time is compiled first: seconds on a busy computer, which the first real flight, written while the arm moves, shall not cost.</remarks>
public static class FlightRehearsal
{
    private const int RingBytes = 1 << 16;

    /// <summary>Rehearses recording and writing. Any thread.</summary>
    /// <param name="metadata">As of the real flight.</param>
    public static void Perform(IEnumerable<McapMetadata> metadata)
    {
        CameraSpec[] cameras = [new("jpeg", 1, 1, ImageEncoding.Jpeg), new("rgb", 1, 1, ImageEncoding.Rgb8)];
        var ring = new FlightRing(RingBytes, TimeSpan.FromSeconds(1));
        var recorder = new FlightRecorder(ring, cameras, MonotonicClock.System, epochNs: 0);
        for (var i = 0; i < 100; i++) recorder.Add([new() { Command = JointVector.Zero(JointVector.MaxJoints), Executing = new(1, 0), Seam = 0 }]);
        recorder.Sent(Observation(cameras));
        recorder.Told(new ChunkArrived(Chunk()));
        recorder.Told(new ObservationUnanswered(1, UnansweredResult.Expired));
        recorder.Said(Log.Types.Level.Info, "rehearsal", "rehearsed");
        FlightFile.Write(Stream.Null, ring, recorder, "rehearsal", metadata);
    }

    private static Observation Observation(CameraSpec[] cameras) => new()
    {
        Sequence = 1, CaptureTimeNs = 1, BudgetNs = 1, Instruction = "rehearse", Proprioception = JointVector.Zero(1), Executing = new(1, 0), Running = new(1, 1, new float[1]),
        Frames = [.. cameras.Select(camera => new CameraFrame { Camera = camera.Name, Encoding = camera.Encoding, Width = 1, Height = 1, CaptureTimeNs = 1, Sequence = 1, Data = new byte[3] })],
    };

    private static ActionChunk Chunk() => new()
    {
        BasedOnSequence = 1, FirstStepTimeNs = 1, StepPeriodNs = 1, StepValidNs = 1, Steps = 1, Dims = 1, Actions = new float[1], ModelHash = "none", NoiseSeed = 1, Timings = default,
    };
}
