namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>What no message may exceed, whatever was agreed: bounds that keep arithmetic from overflowing and lists from growing.</summary>
public static class WireLimits
{
    /// <summary>Cameras of a robot.</summary>
    public const int MaxCameras = 8;

    /// <summary>Characters of a name or a hash.</summary>
    public const int MaxNameLength = 128;

    /// <summary>px, either side of a frame.</summary>
    public const int MaxFrameSide = 8192;

    /// <summary>Steps of a chunk.</summary>
    public const int MaxSteps = 4096;

    /// <summary>ns on a monotonic clock: 73 years.</summary>
    public const long MaxTimeNs = 1L << 61;

    /// <summary>ns from one event to another: an hour.</summary>
    public const long MaxDurationNs = 3_600_000_000_000;
}
