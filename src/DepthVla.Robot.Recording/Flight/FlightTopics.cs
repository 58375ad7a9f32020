using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using Foxglove.Schemas;
using Google.Protobuf.Reflection;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>A stream of a flight's messages.</summary>
/// <param name="Name">Its topic.</param>
/// <param name="Message">What its messages are, as protobuf.</param>
public sealed record FlightTopic(string Name, MessageDescriptor Message);

/// <summary>The streams of a flight: those that every flight has, then one a camera.</summary>
public static class FlightTopics
{
    /// <summary>Every turn of the control loop.</summary>
    public const string Ticks = "/control/ticks";

    /// <summary>Every observation that was handed to a session, without its frames' bytes: those are on the cameras' topics, by the same sequence.</summary>
    public const string Observations = "/policy/observations";

    /// <summary>Every observation that was kept back for what a camera showed, likewise.</summary>
    public const string Withheld = "/policy/withheld";

    /// <summary>Every chunk that came, without depth maps.</summary>
    public const string Chunks = "/policy/chunks";

    /// <summary>Every word of the server that an observation gets no chunk.</summary>
    public const string Outcomes = "/policy/outcomes";

    /// <summary>What the daemon logged: sessions opened and lost, chunks refused, frames withheld.</summary>
    public const string Log = "/log";

    private const string CameraPrefix = "/cameras/";

    private static readonly ImmutableArray<FlightTopic> Common =
    [
        new(Ticks, DepthVla.Flight.V1.Tick.Descriptor), new(Observations, Wire.Observation.Descriptor), new(Withheld, Wire.Observation.Descriptor),
        new(Chunks, Wire.ActionChunk.Descriptor), new(Outcomes, Wire.ObservationOutcome.Descriptor), new(Log, Foxglove.Schemas.Log.Descriptor),
    ];

    /// <summary>A camera's topic.</summary>
    public static string Camera(string name) => CameraPrefix + name;

    /// <summary>Every topic of a robot with such cameras.</summary>
    public static ImmutableArray<FlightTopic> Of(IEnumerable<CameraSpec> cameras) =>
        [.. Common, .. cameras.Select(camera => new FlightTopic(Camera(camera.Name), camera.Encoding == ImageEncoding.Jpeg ? CompressedImage.Descriptor : RawImage.Descriptor))];
}
