namespace DepthVla.Robot.Learning.Samples;

/// <summary>What one step learns from.</summary>
internal interface ITrainingBatch : IDisposable;

/// <summary>Makes batches, from seed and step alone. One thread at a time.</summary>
internal interface IBatchSource
{
    /// <summary>The batch of a training step; <paramref name="part"/> of the config's Accumulate.</summary>
    ITrainingBatch Training(long step, int part);

    /// <summary>A fixed batch of validation frames, not augmented.</summary>
    ITrainingBatch Validation(int number);
}
