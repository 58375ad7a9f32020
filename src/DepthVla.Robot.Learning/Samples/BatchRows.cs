using DepthVla.Robot.Learning.Configuration;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>Which rows of a batch one replica computes at a time, as their draws.</summary>
/// <param name="Config">Seed, batch, accumulation.</param>
/// <param name="Replica">Which of how many: each has its own rows of every batch.</param>
internal readonly record struct BatchRows(TrainingConfig Config, (int Rank, int Count) Replica)
{
    private int Count => Config.Batch / (Config.Accumulate * Replica.Count);

    /// <summary>Of a training step; <paramref name="part"/> of the config's Accumulate.</summary>
    internal SampleDraw[] Training(long step, int part)
    {
        var seed = Config.Seed;
        return [.. Enumerable.Range((part * Replica.Count + Replica.Rank) * Count, Count).Select(row => new SampleDraw(seed, step, row))];
    }

    /// <summary>Of a fixed batch for validation, the same in every replica: all must come to the same judgement.</summary>
    internal SampleDraw[] Validation(int number) => [.. Enumerable.Range(0, Config.Batch / Config.Accumulate).Select(row => new SampleDraw(1, number, row))];
}
