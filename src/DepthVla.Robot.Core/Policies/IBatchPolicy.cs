namespace DepthVla.Robot.Core.Policies;

/// <summary>A policy that answers several observations in one go, as accelerators like it.</summary>
public interface IBatchPolicy : IPolicy
{
    /// <summary>Answers all of them, each as if it were alone, to rounding.</summary>
    /// <param name="observations">At least one; of different robots.</param>
    /// <param name="cancellationToken">Gives all of them up.</param>
    /// <returns>One answer each, in their order.</returns>
    IReadOnlyList<BatchAnswer> InferBatch(IReadOnlyList<Observation> observations, CancellationToken cancellationToken);
}

/// <summary>What became of one observation of a batch: one of both.</summary>
/// <param name="Chunk">The answer.</param>
/// <param name="Refusal">Why it cannot be used; the others are answered all the same.</param>
public readonly record struct BatchAnswer(ActionChunk? Chunk, InvalidObservationException? Refusal);
