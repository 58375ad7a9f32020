using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Core.Policies;

/// <summary>A joint as a policy was trained on it.</summary>
/// <param name="Name">The joint's name.</param>
/// <param name="Unit">The unit of its position.</param>
public sealed record PolicyJoint(string Name, JointUnit Unit);

/// <summary>What a policy is and what it expects of a robot.</summary>
public sealed record PolicyInfo
{
    /// <summary>The model's name, such as "depthvla-tiny".</summary>
    public required string Name { get; init; }

    /// <summary>Content hash of its checkpoint.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Content hash of its normalisation statistics.</summary>
    public required string NormalizationHash { get; init; }

    /// <summary>How many parameters it has.</summary>
    public required long Parameters { get; init; }

    /// <summary>False for weights straight from a random generator: such a policy moves at random.</summary>
    public required bool Trained { get; init; }

    /// <summary>How its weights are held, such as "bfloat16".</summary>
    public required string Precision { get; init; }

    /// <summary>What it runs on, such as "cpu" or "cuda:0".</summary>
    public required string Device { get; init; }

    /// <summary>Camera names in the order the model sees them.</summary>
    public required ImmutableArray<string> Cameras { get; init; }

    /// <summary>Joints in the order of proprioception, and of actions that are joint positions.</summary>
    public required ImmutableArray<PolicyJoint> Joints { get; init; }

    /// <summary>Steps a chunk.</summary>
    public required int Horizon { get; init; }

    /// <summary>Steps a second.</summary>
    public required double StepRateHz { get; init; }

    /// <summary>What the numbers of its chunks mean.</summary>
    public required ActionRepresentation Actions { get; init; }

    /// <summary>Numbers a step of its chunks; see <see cref="ActionLayout.Dims"/>.</summary>
    public required int Dims { get; init; }

    /// <summary>How many steps of a chunk it was made to see carried out before it looks again; null when it does not say.</summary>
    public int? ExecuteSteps { get; init; }

    /// <summary>How its chunks go on from the plan being executed.</summary>
    public ContinuationMethod Continues { get; init; }

    /// <summary>Whether it can return depth maps.</summary>
    public required bool HasDepth { get; init; }

    /// <summary>Whether it must be told depth, and so lives in a simulator: <see cref="Observation.TrueDepth"/>.</summary>
    public bool ReadsTrueDepth { get; init; }
}

/// <summary>One verb: an observation in, an action chunk out. Timing, recording and remote calls are each a policy around a policy.</summary>
public interface IPolicy
{
    /// <summary>What the policy is; never changes.</summary>
    PolicyInfo Info { get; }

    /// <summary>Answers one observation.</summary>
    /// <exception cref="InvalidObservationException">The observation cannot be used; the message says which field and why.</exception>
    ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken);
}
