using DepthVla.Flight.V1;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Recording.Flight;
using DepthVla.Robot.Recording.Mcap;
using Foxglove.Schemas;
using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Recording.Tests.Flight;

public sealed class FlightFileTests
{
    private const long EpochNs = 1_700_000_000_000_000_000;

    private static readonly CameraSpec[] Cameras = [new("primary", 4, 2, ImageEncoding.Jpeg), new("wrist", 2, 2, ImageEncoding.Rgb8)];

    private readonly FlightRing _ring = new(1 << 20, TimeSpan.FromSeconds(30));
    private readonly FlightRecorder _recorder;

    public FlightFileTests() => _recorder = new(_ring, Cameras, MonotonicClock.System, EpochNs);

    [Fact]
    public void Write_ObservationAndChunk_ComeBackAsTheyWere()
    {
        var (observation, chunk) = (Observed(7), Answer(7));
        _recorder.Sent(Observed(6));
        _recorder.Sent(observation);
        _recorder.Withheld(Observed(8));
        _recorder.Told(new ChunkArrived(chunk));
        _recorder.Told(new ObservationUnanswered(6, UnansweredResult.Expired));
        _recorder.Said(Log.Types.Level.Warning, "Link.Lost", "gone");

        var flight = RecordedFlight.Of(Written());
        Assert.Null(flight.Problem);
        Assert.Equal(2, flight.Observations.Length);
        Assert.Null(flight.Observations[0].Chunk);
        AssertSame(observation, flight.Observations[1].Observation);
        var back = flight.Observations[1].Chunk!;
        Assert.Equal(chunk.Actions.ToArray(), back.Actions.ToArray());
        Assert.Equal(chunk with { Actions = back.Actions, Depth = back.Depth }, back);
        Assert.Equal("gone", Assert.Single(flight.Log).Message);
        Assert.Equal("because", flight.Metadata["flight"]["cause"]);
    }

    /// <summary>What Foxglove needs: known message names, a schema that is complete in itself, pictures by camera, times since 1970.</summary>
    [Fact]
    public void Write_EveryTopic_HasASchemaThatIsComplete()
    {
        _recorder.Sent(Observed(1));
        var file = Written();
        Assert.Equal(
            [("/cameras/primary", "foxglove.CompressedImage"), ("/cameras/wrist", "foxglove.RawImage"), ("/policy/observations", "depthvla.policy.v1.Observation")],
            file.Messages.Select(m => (m.Channel.Topic, m.Channel.Schema!.Name)));
        foreach (var message in file.Messages)
        {
            var files = FileDescriptorSet.Parser.ParseFrom(message.Channel.Schema!.Data.Span).File.Select(f => Google.Protobuf.ByteString.CopyFrom(Google.Protobuf.MessageExtensions.ToByteArray(f)));
            var descriptors = FileDescriptor.BuildFromByteStrings(files);
            Assert.Contains(descriptors.SelectMany(d => d.MessageTypes), type => type.FullName == message.Channel.Schema.Name);
            Assert.True(message.LogTimeNs > EpochNs);
        }

        var picture = CompressedImage.Parser.ParseFrom(file.Messages[0].Data.Span);
        Assert.Equal(("jpeg", "primary", EpochNs / 1_000_000_000), (picture.Format, picture.FrameId, picture.Timestamp.Seconds));
    }

    [Fact]
    public void Write_Turns_TellStateTargetCommandHoldAndLimits()
    {
        _recorder.Add([Turn(1, Control.Modes.HoldReason.None, LimitKinds.Velocity | LimitKinds.Workspace), Turn(2, Control.Modes.HoldReason.PlanExpired, LimitKinds.None)]);
        var ticks = RecordedFlight.Of(Written()).Ticks;

        Assert.Equal([1, 2], ticks.Select(t => t.TimeNs));
        Assert.Equal(DepthVla.Flight.V1.HoldReason.None, ticks[0].Hold);
        Assert.Equal([DepthVla.Flight.V1.Mode.Degraded, DepthVla.Flight.V1.Mode.Holding], ticks.Select(t => t.Mode));
        Assert.Equal([LimitKind.Velocity, LimitKind.Workspace], ticks[0].Limited);
        Assert.Equal((9, 3, 0.25), (ticks[0].Executing.ChunkSequence, ticks[0].Executing.Step, ticks[0].SeamRad));
        Assert.Equal([[0.1], [0.2], [0.3], [0.4]], new[] { ticks[0].Position, ticks[0].Velocity, ticks[0].Target, ticks[0].Command });
        Assert.Equal((DepthVla.Flight.V1.HoldReason.PlanExpired, null, false), (ticks[1].Hold, ticks[1].Executing, ticks[1].HasSeamRad));
        Assert.Empty(ticks[1].Limited);
    }

    /// <summary>A reason or a limit that is added to the loop must be added to the message, too.</summary>
    [Fact]
    public void Add_EveryHoldReasonAndLimit_HasAName()
    {
        foreach (var hold in Enum.GetValues<Control.Modes.HoldReason>()) _recorder.Add([Turn(1, hold, LimitKinds.None)]);
        foreach (var limit in Enum.GetValues<LimitKinds>()) _recorder.Add([Turn(1, Control.Modes.HoldReason.None, limit)]);
        var ticks = RecordedFlight.Of(Written()).Ticks;
        Assert.Equal(Enum.GetNames<Control.Modes.HoldReason>(), ticks.Take(Enum.GetValues<Control.Modes.HoldReason>().Length).Select(t => t.Hold.ToString()));
    }

    /// <summary>A thousand turns a second must not make garbage: collecting it would stop the control thread.</summary>
    [Fact]
    public void Add_TurnsByTheThousand_AllocatesNothing()
    {
        TickRecord[] turns = [.. Enumerable.Range(0, 100).Select(i => Turn(i, Control.Modes.HoldReason.None, LimitKinds.Velocity))];
        for (var i = 0; i < 50; i++) _recorder.Add(turns);
        GC.Collect();   // a collection later would book the rest of this thread's half-used buffer
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _recorder.Add(turns);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Of_CutAnywhere_TellsWhatCameBefore()
    {
        for (var i = 1; i <= 5; i++)
        {
            _recorder.Sent(Observed(i));
            _recorder.Told(new ChunkArrived(Answer(i)));
        }

        using var stream = new MemoryStream();
        FlightFile.Write(stream, _ring, _recorder, "test", []);
        var counts = new HashSet<int>();
        for (var length = 100; length < stream.Length; length += 37)
        {
            var flight = RecordedFlight.Of(McapReader.Read(stream.ToArray().AsMemory(0, (int)length)));
            Assert.NotNull(flight.Problem);
            counts.Add(flight.Observations.Length);
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], counts.Order());
    }

    [Fact]
    public void Of_AnotherMcapFile_SaysWhatIsExpected()
    {
        using var stream = new MemoryStream();
        new McapWriter(stream, "ros2", "").Finish();
        var e = Assert.Throws<McapException>(() => RecordedFlight.Of(McapReader.Read(stream.ToArray())));
        Assert.Contains("expected 'depthvla-flight', got 'ros2'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PathFor_NamesTimeAndRobot() => Assert.Equal(
        "there/flight-20261126T020304.005Z-arm--1-.mcap", FlightFile.PathFor("there", "arm /1%", new(2026, 11, 26, 2, 3, 4, 5, TimeSpan.Zero)));

    private McapFile Written()
    {
        using var stream = new MemoryStream();
        FlightFile.Write(stream, _ring, _recorder, "test", [new("flight", McapValues("cause", "because"))]);
        return McapReader.Read(stream.ToArray());
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> McapValues(string name, string value) =>
        System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add(name, value);

    private static Observation Observed(long sequence) => new()
    {
        Sequence = sequence, CaptureTimeNs = 100 + sequence, BudgetNs = 5, Instruction = "put the spoon on the towel", Proprioception = JointVector.From([0.5, -1.25]),
        Executing = new(3, 2), Running = new(1, 2, new float[] { 1, 2, 3, 4 }), WantDepth = sequence % 2 == 1,
        Frames =
        [
            new() { Camera = "primary", Encoding = ImageEncoding.Jpeg, Width = 4, Height = 2, CaptureTimeNs = 90 + sequence, Sequence = 2 * sequence, Data = new byte[] { 0xFF, 0xD8, (byte)sequence } },
            new() { Camera = "wrist", Encoding = ImageEncoding.Rgb8, Width = 2, Height = 2, Stride = 6, Rotation = ImageRotation.Half, CaptureTimeNs = 91, Sequence = 1, Data = new byte[12] },
        ],
    };

    private static ActionChunk Answer(long sequence)
    {
        var timings = default(StageTimings);
        timings[Stage.Total] = 12;
        return new()
        {
            BasedOnSequence = sequence, FirstStepTimeNs = 100, StepPeriodNs = 10, StepValidNs = 10, Steps = 2, Dims = 2, Actions = new float[] { 1, float.Epsilon, -0f, 0.1f },
            ModelHash = "hash", NoiseSeed = ulong.MaxValue, Timings = timings, Continued = new(ContinuationMethod.Guidance, 1, true), Depth = [new("primary", 1, 1, new float[1])],
        };
    }

    private static TickRecord Turn(long timeNs, Control.Modes.HoldReason hold, LimitKinds limited)
    {
        var follows = hold == Control.Modes.HoldReason.None;
        return new(
            new PaceTick(timeNs, timeNs, 0, 0), new JointState(timeNs, JointVector.From([0.1]), JointVector.From([0.2])), JointVector.From([0.3]), JointVector.From([0.4]), hold, limited,
            follows ? new ExecutingStep(9, 3) : null, 0, follows ? 0.25 : null, RunningOut: timeNs == 1);
    }

    private static void AssertSame(Observation expected, Observation actual)
    {
        Assert.Equal(expected with { Frames = [], Running = null }, actual with { Frames = [], Running = null });
        Assert.Equal(expected.Running!.Actions.ToArray(), actual.Running!.Actions.ToArray());
        Assert.Equal((expected.Running.Committed, expected.Running.Dims), (actual.Running.Committed, actual.Running.Dims));
        foreach (var (was, now) in expected.Frames.Zip(actual.Frames))
        {
            Assert.Equal(was.Data.ToArray(), now.Data.ToArray());
            Assert.Equal(was with { Data = default }, now with { Data = default });
        }
    }
}
