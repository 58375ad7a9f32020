using System.Collections.Immutable;
using DepthVla.Flight.V1;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Foxglove.Schemas;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>Puts what happens into a ring, as the messages of its file. Thread-safe; never called by the control thread, whose turns are fetched from it.</summary>
public sealed class FlightRecorder
{
    private readonly FlightRing _ring;
    private readonly MonotonicClock _clock;
    private readonly Dictionary<string, int> _channels;
    private readonly Tick _tick = new();

    /// <param name="ring">Where it goes.</param>
    /// <param name="cameras">The robot's.</param>
    /// <param name="clock">The robot's.</param>
    /// <param name="epochNs">What to add to a time of that clock for the time since 1970, ns.</param>
    public FlightRecorder(FlightRing ring, IEnumerable<CameraSpec> cameras, MonotonicClock clock, long epochNs)
    {
        (_ring, _clock, EpochNs, Topics) = (ring, clock, epochNs, FlightTopics.Of(cameras));
        _channels = Topics.Select((topic, i) => (topic.Name, i)).ToDictionary();
    }

    /// <summary>What to add to a time of the robot's clock for the time since 1970, ns.</summary>
    public long EpochNs { get; }

    /// <summary>The streams, in the order of the ring's channels.</summary>
    public ImmutableArray<FlightTopic> Topics { get; }

    /// <summary>An observation was handed to a session.</summary>
    public void Sent(Observation observation) => Add(FlightTopics.Observations, observation);

    /// <summary>An observation was kept back.</summary>
    public void Withheld(Observation observation) => Add(FlightTopics.Withheld, observation);

    /// <summary>The server said something.</summary>
    public void Told(SessionEvent told)
    {
        switch (told)
        {
            case ChunkArrived(var chunk):
                Add(FlightTopics.Chunks, (uint)chunk.BasedOnSequence, chunk.FirstStepTimeNs, (chunk with { Depth = [] }).ToWire(sessionId: ""));
                break;
            case ObservationUnanswered unanswered:
                Add(FlightTopics.Outcomes, (uint)unanswered.BasedOnSequence, _clock.NowNs, unanswered.ToWire(sessionId: "").Outcome);
                break;
            default:
                break; // what else there is, the log tells
        }
    }

    /// <summary>The daemon logged something.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="message">For people.</param>
    public void Said(Log.Types.Level level, string source, string message)
    {
        var nowNs = _clock.NowNs;
        Add(FlightTopics.Log, 0, nowNs, new Log { Timestamp = Time(nowNs), Level = level, Name = source, Message = message });
    }

    /// <summary>Turns of the control loop. One thread at a time.</summary>
    public void Add(ReadOnlySpan<TickRecord> turns)
    {
        var channel = _channels[FlightTopics.Ticks];
        foreach (ref readonly var turn in turns)
        {
            _tick.Set(in turn);
            _ring.Add(new(channel, 0, turn.Tick.WokeNs, turn.Tick.TimeNs), _tick);
        }
    }

    private void Add(string topic, Observation observation)
    {
        var message = observation.ToWire(sessionId: "");
        foreach (var (frame, wire) in observation.Frames.Zip(message.Frames))
        {
            wire.Data = ByteString.Empty;
            Add(FlightTopics.Camera(frame.Camera), (uint)observation.Sequence, frame.CaptureTimeNs, Image(frame));
        }

        Add(topic, (uint)observation.Sequence, observation.CaptureTimeNs, message);
    }

    private void Add(string topic, uint sequence, long madeNs, IMessage message) => _ring.Add(new(_channels[topic], sequence, _clock.NowNs, madeNs), message);

    private IMessage Image(CameraFrame frame)
    {
        var data = UnsafeByteOperations.UnsafeWrap(frame.Data); // frames are immutable
        return frame.Encoding == ImageEncoding.Jpeg
            ? new CompressedImage { Timestamp = Time(frame.CaptureTimeNs), Data = data, Format = "jpeg", FrameId = frame.Camera }
            : new RawImage
            {
                Timestamp = Time(frame.CaptureTimeNs), Width = (uint)frame.Width, Height = (uint)frame.Height, Encoding = "rgb8",
                Step = (uint)(frame.Stride > 0 ? frame.Stride : 3 * frame.Width), Data = data, FrameId = frame.Camera,
            };
    }

    private Timestamp Time(long ns)
    {
        var (seconds, rest) = Math.DivRem(ns + EpochNs, 1_000_000_000);
        return new() { Seconds = seconds, Nanos = (int)rest };
    }
}
