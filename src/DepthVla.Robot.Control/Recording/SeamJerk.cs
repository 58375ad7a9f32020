using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Recording;

/// <summary>How much commands jerk where one plan takes over from another: what an arm feels of a seam. One thread; real-time safe.</summary>
/// <param name="joints">Grippers switch, and metres are not rad: neither counts.</param>
/// <param name="periodNs">From command to command.</param>
internal sealed class SeamJerk(ImmutableArray<JointSpec> joints, long periodNs)
{
    // By then the limits have spread a seam out; chunks come no more often.
    private const long AfterSeamNs = 100_000_000;

    private readonly bool[] _counts = [.. joints.Select(joint => joint is { IsGripper: false, Unit: JointUnit.Radian })];
    private readonly double _perJerk = 1e27 / ((double)periodNs * periodNs * periodNs);
    private JointVector _last, _before, _first;
    private int _known;
    private long _left;
    private double _most;

    /// <summary>Forgets the commands before: they were not one period apart.</summary>
    public void Begin() => (_known, _left) = (0, 0);

    /// <summary>Adds a command.</summary>
    /// <param name="command">rad or m.</param>
    /// <param name="seam">Whether a new plan took over for it.</param>
    /// <returns>Once 0.1 s after a seam are over, or the next comes: the most that any joint jerked by meanwhile, rad/s³; otherwise null.</returns>
    public double? Add(in JointVector command, bool seam)
    {
        double? told = null;
        if (seam && _left > 0) told = _most;
        if (seam) (_left, _most) = (AfterSeamNs / periodNs, 0);
        if (_left > 0)
        {
            if (_known == 3) _most = Math.Max(_most, Jerk(in command));
            if (--_left == 0) told = _most;
        }

        (_first, _before, _last) = (_before, _last, command);
        _known = Math.Min(_known + 1, 3);
        return told;
    }

    // The third difference of positions.
    private double Jerk(in JointVector command)
    {
        var most = 0.0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i]) most = Math.Max(most, Math.Abs(command[i] - 3 * _last[i] + 3 * _before[i] - _first[i]));
        }

        return most * _perJerk;
    }
}
