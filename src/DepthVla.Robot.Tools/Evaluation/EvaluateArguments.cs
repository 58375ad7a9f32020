using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>What the command line asks for, valid as a whole.</summary>
internal sealed record EvaluateArguments
{
    /// <summary>A checkpoint's folder; null with <see cref="Policy"/>.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>"expert", "hold" or "replay"; null with <see cref="Checkpoint"/>.</summary>
    public string? Policy { get; init; }

    /// <summary>A dataset's folder.</summary>
    public string? Data { get; init; }

    public required TorchDevice Device { get; init; }

    public PolicyControl Control { get; init; }

    /// <summary>How chunks go on from the plan being executed; null leaves it to the checkpoint.</summary>
    public ContinuationMethod? Continuation { get; init; }

    /// <summary>Flow steps an answer; null takes the checkpoint's.</summary>
    public int? FlowSteps { get; init; }

    /// <summary>One in so many observations has its depth read.</summary>
    public int DepthEvery { get; init; } = 1;

    public required EvaluationPlan Plan { get; init; }

    public int Workers { get; init; }

    /// <summary>Real programs in real time.</summary>
    public bool ThroughDaemon { get; init; }

    public bool OpenLoop { get; init; }

    public required OpenLoopOptions Recorded { get; init; }

    public string? Json { get; init; }

    public string? Strip { get; init; }

    public string? Video { get; init; }
}
