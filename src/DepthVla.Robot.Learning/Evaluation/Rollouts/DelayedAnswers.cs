using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>An observation and the chunk that answers it.</summary>
internal sealed record Answer(Observation Observation, ActionChunk Chunk);

/// <summary>Answers on their way, one after the other as from a server: one is computed, one waits, and a newer one takes the place of that.</summary>
internal sealed class DelayedAnswers(long latencyNs)
{
    private Answer? _computed, _waiting;
    private long _dueNs;

    /// <summary>An answer to an observation of now; it sets out when the one before has come.</summary>
    internal void Post(Answer answer, long nowNs)
    {
        if (_computed is null) (_computed, _dueNs) = (answer, nowNs + latencyNs);
        else _waiting = answer;
    }

    /// <summary>The answer that has come by now, if one has.</summary>
    internal Answer? Take(long nowNs)
    {
        if (_computed is not { } arrived || nowNs < _dueNs) return null;
        (_computed, _waiting, _dueNs) = (_waiting, null, nowNs + latencyNs);
        return arrived;
    }
}
