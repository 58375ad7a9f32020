namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>Something that is due at 0 and every period from then on; never, with a period of 0.</summary>
internal sealed class Rhythm(long periodNs)
{
    private long _nextNs;

    /// <summary>Whether it is due by now; true once a period.</summary>
    internal bool IsDue(long nowNs)
    {
        if (periodNs <= 0 || nowNs < _nextNs) return false;
        _nextNs += periodNs;
        return true;
    }
}
