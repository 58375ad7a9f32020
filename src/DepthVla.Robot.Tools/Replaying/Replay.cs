using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Recording.Flight;

namespace DepthVla.Robot.Tools.Replaying;

/// <summary>A flight's observations, put to a policy again: one at a time, in order, each with the noise and the plan that its chunk was made of.</summary>
internal static class Replay
{
    // ns. Nobody waits for these chunks.
    private const long BudgetNs = 600_000_000_000;

    /// <summary>Whether the depth of an earlier observation went into a chunk: that is in the memory of the session that made it, and nowhere else.</summary>
    internal static bool IsOfOlderDepth(ActionChunk chunk) => chunk.DepthBasedOnSequence is not null;

    /// <summary>Compares each recorded chunk that was made of its own observation alone with the one that the policy now gives.</summary>
    /// <exception cref="InvalidObservationException">The policy cannot use what the recorded one could.</exception>
    internal static async Task<ImmutableArray<ChunkComparison>> RunAsync(RecordedFlight flight, IPolicy policy, MonotonicClock clock, CancellationToken stop)
    {
        var compared = ImmutableArray.CreateBuilder<ChunkComparison>();
        foreach (var (observation, recorded) in flight.Observations)
        {
            if (recorded is null || IsOfOlderDepth(recorded)) continue;
            var again = observation with { CaptureTimeNs = clock.NowNs, BudgetNs = BudgetNs, NoiseSeed = recorded.NoiseSeed };
            var chunk = await policy.InferAsync(again, stop);
            compared.Add(ChunkComparison.Of(recorded, observation.CaptureTimeNs, chunk, again.CaptureTimeNs));
        }

        return compared.ToImmutable();
    }
}
