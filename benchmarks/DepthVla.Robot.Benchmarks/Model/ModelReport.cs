using System.Collections.Immutable;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>What one run of <c>bench model</c> measured, as its file has it. Programs under benchmarks/peers write the same, so that the two can be laid side by side.</summary>
internal sealed record ModelReport
{
    public required string Command { get; init; }

    public required string Model { get; init; }

    public required string Precision { get; init; }

    public required string Device { get; init; }

    /// <summary>How the work was asked of the device, such as "Eager".</summary>
    public required string Engine { get; init; }

    public required int Cameras { get; init; }

    public required int TextTokens { get; init; }

    /// <summary>Steps a chunk.</summary>
    public required int Horizon { get; init; }

    public required int FlowSteps { get; init; }

    /// <summary>Answers that were timed.</summary>
    public required int Rounds { get; init; }

    /// <summary>Card, driver, processor.</summary>
    public required string Hardware { get; init; }

    public required string Runtime { get; init; }

    /// <summary>GFLOP/s of one large product.</summary>
    public required double ProductGflops { get; init; }

    /// <summary>GB/s of one large copy.</summary>
    public required double CopyGbytes { get; init; }

    public required ImmutableArray<StageRow> Stages { get; init; }

    /// <summary>What an RTX 4090 that comes as near to its floor would take, ms; null on the CPU.</summary>
    public double? ProjectedRtx4090Ms { get; init; }
}
