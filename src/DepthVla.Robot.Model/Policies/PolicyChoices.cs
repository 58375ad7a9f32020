using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Model.Policies;

/// <summary>What is left to whoever serves a checkpoint.</summary>
public sealed record PolicyChoices
{
    /// <summary>Hides the depth stream from state and actions, whatever the checkpoint says: to learn what it is good for. false.</summary>
    public bool MaskDepth { get; init; }

    /// <summary>How chunks go on from the plan being executed; null: by prefix if the checkpoint was trained for that, else not.</summary>
    public ContinuationMethod? Continuation { get; init; }

    /// <summary>Flow steps from noise to actions: fewer are faster and less exact; null takes the checkpoint's.</summary>
    public int? FlowSteps { get; init; }
}
