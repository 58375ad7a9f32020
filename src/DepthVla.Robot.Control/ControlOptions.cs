using DepthVla.Robot.Control.Limits;

namespace DepthVla.Robot.Control;

/// <summary>What can be chosen about the control loop.</summary>
public sealed record ControlOptions
{
    /// <summary>How far the arm's state may be from now before the loop holds. The default is 100 ms; from 1 ms to 1 s.</summary>
    public TimeSpan MaxStateAge { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>By how much the arm's limits are narrowed. The default is not at all.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>How long a joint's effort may be above the highest that may last before the loop holds. The default is 500 ms; from 1 ms to 10 s.</summary>
    public TimeSpan MaxEffortTime { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether plans may be followed from the start; otherwise once somebody armed the arm. The default is true.</summary>
    public bool StartsArmed { get; init; } = true;

    /// <summary>How many turns are kept for the flight recorder. The default is 4096, about 8 s at 500 Hz and 2.5 MB; from 1 to 65536.</summary>
    public int RecordedTicks { get; init; } = 4096;
}
