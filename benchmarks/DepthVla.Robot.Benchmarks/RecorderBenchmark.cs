using System.Diagnostics;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Recording.Flight;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks;

/// <summary>What the flight recorder costs: a turn, an observation and a chunk into the ring, and the full ring to a file against a plain write of as many bytes.</summary>
internal static class RecorderBenchmark
{
    private const int RingBytes = 64 << 20, Turns = 1000;

    internal static void Run()
    {
        CameraSpec[] cameras = [new("primary", 640, 480, ImageEncoding.Jpeg), new("wrist", 640, 480, ImageEncoding.Jpeg)];
        var ring = new FlightRing(RingBytes, TimeSpan.FromHours(1));
        var recorder = new FlightRecorder(ring, cameras, MonotonicClock.System, epochNs: 0);
        var jpeg = JpegCodec.Encode(Scene.Of(640, 480));
        var (turns, observation, chunk) = (Enumerable.Repeat(Turn(), Turns).ToArray(), Observation(cameras, jpeg), new ChunkArrived(Chunk()));

        var turn = Timing.Of(() => recorder.Add(turns), 20, 200).MedianMs / Turns;
        var sent = Timing.Of(() => recorder.Sent(observation), 20, 500).MedianMs;
        var told = Timing.Of(() => recorder.Told(chunk), 20, 500).MedianMs;
        while (ring.End < 2L * RingBytes)
        {
            recorder.Add(turns.AsSpan(0, 50));
            recorder.Sent(observation);
            recorder.Told(chunk);
        }

        var folder = Directory.CreateTempSubdirectory("depthvla-recorder-").FullName;
        try
        {
            var (file, plain) = (Path.Combine(folder, "flight.mcap"), Path.Combine(folder, "plain"));
            var written = Timing.Of(() => FlightFile.Write(file, ring, recorder, "bench", []), 2, 9);
            var bytes = File.ReadAllBytes(file);
            var floor = Timing.Of(() => File.WriteAllBytes(plain, bytes), 2, 9);
            var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn("");
            table.AddRow("a turn of the control loop, 7 joints", $"{Text.Number(turn * 1e6, 0)} ns; at 500 Hz {Text.Number(turn * 500 / 10, 3)} % of a core");
            table.AddRow($"an observation, two JPEGs of {jpeg.Length / 1024} KiB", $"{Text.Number(sent * 1e3, 0)} us");
            table.AddRow("a chunk of 16 steps", $"{Text.Number(told * 1e3, 0)} us");
            table.AddRow($"a file of {bytes.Length >> 20} MiB", $"{Text.Number(written.MedianMs, 0)} ms, {Text.Number(written.MedianMs / floor.MedianMs, 1)} x a plain write ({Text.Number(floor.MedianMs, 0)} ms)");
            AnsiConsole.Write(table);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TickRecord Turn()
    {
        var joints = JointVector.From([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
        return new() { Tick = new(Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), 1, 0), State = new(1, joints, joints), Target = joints, Command = joints, Executing = new(1, 2), PlanAgeNs = 5 };
    }

    private static Observation Observation(CameraSpec[] cameras, byte[] jpeg) => new()
    {
        Sequence = 1, CaptureTimeNs = 1, BudgetNs = 1, Instruction = "put the spoon on the towel", Proprioception = JointVector.Zero(7), Executing = new(1, 0),
        Frames = [.. cameras.Select(c => new CameraFrame { Camera = c.Name, Encoding = c.Encoding, Width = c.Width, Height = c.Height, CaptureTimeNs = 1, Sequence = 1, Data = jpeg })],
    };

    private static ActionChunk Chunk() => new()
    {
        BasedOnSequence = 1, FirstStepTimeNs = 1, StepPeriodNs = 1, StepValidNs = 1, Steps = 16, Dims = 7, Actions = new float[16 * 7], ModelHash = new('a', 64), NoiseSeed = 1, Timings = default,
    };
}
