using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Everything about an arm's place that is no joint's own: how far the tool point is inside the workspace, capsules outside the keep-out boxes, capsules apart.</summary>
/// <remarks>
/// Each is a number of metres, negative where it is violated, that a motion of the joints changes by no more than what it can move the arm's hull
/// (<see cref="Reach.OfHull"/>): distances between sets are no steeper than the motion of their points. All are taken 1 nm less than they are: a million
/// times the rounding of the kinematics. Capsules of the base stand where they stand, and are held against no box. One thread; real-time safe once made.
/// </remarks>
internal sealed class Clearances
{
    private const double Margin = 1e-9;

    private readonly LinkFrames _frames;
    private readonly int _lastLink;
    private readonly Vector3d _tool;
    private readonly WorkspaceBox _workspace;
    private readonly LinkCapsule[] _capsules;
    private readonly WorkspaceBox[] _boxes;
    private readonly (int Capsule, int Box)[] _out;
    private readonly CapsulePair[] _apart;

    /// <summary>Those of <paramref name="robot"/>, whose geometry the caller has checked.</summary>
    public Clearances(RobotDescription robot)
    {
        _frames = new LinkFrames(robot.Chain);
        (_lastLink, _tool, _workspace) = (robot.Chain.Length - 1, robot.Tool, robot.Workspace);
        (_capsules, _boxes, _apart) = ([.. robot.Capsules], [.. robot.KeepOut.Select(k => k.Box)], [.. robot.Apart]);
        _out = [.. Enumerable.Range(0, _boxes.Length).SelectMany(box => Enumerable.Range(0, _capsules.Length).Where(c => _capsules[c].Link != LinkCapsule.Base).Select(c => (c, box)))];
    }

    /// <summary>How many there are. The first is the workspace's.</summary>
    public int Count => 1 + _out.Length + _apart.Length;

    /// <summary>The tool point, base frame, m.</summary>
    public Vector3d Tool => _frames.Point(_lastLink, _tool);

    /// <summary>Puts the arm where its joints are.</summary>
    /// <param name="positions">rad.</param>
    public void Place(in JointVector positions) => _frames.Place(in positions);

    /// <summary>Which limit a clearance belongs to.</summary>
    public LimitKinds Kind(int index) => index == 0 ? LimitKinds.Workspace : index <= _out.Length ? LimitKinds.KeepOut : LimitKinds.SelfDistance;

    /// <summary>What the arm has left of a clearance where it was placed, m.</summary>
    public double Of(int index)
    {
        if (index == 0) return Inside(Tool) - Margin;
        if (index <= _out.Length)
        {
            var (capsule, box) = _out[index - 1];
            ref readonly var part = ref _capsules[capsule];
            return SegmentDistance.ToBox(_frames.Point(part.Link, part.From), _frames.Point(part.Link, part.To), in _boxes[box]) - part.Radius - Margin;
        }

        ref readonly var pair = ref _apart[index - 1 - _out.Length];
        ref readonly var first = ref _capsules[pair.First];
        ref readonly var second = ref _capsules[pair.Second];
        return SegmentDistance.ToSegment(
            _frames.Point(first.Link, first.From), _frames.Point(first.Link, first.To),
            _frames.Point(second.Link, second.From), _frames.Point(second.Link, second.To)) - first.Radius - second.Radius - pair.Distance - Margin;
    }

    /// <summary>Whether nothing is violated where the arm was placed.</summary>
    public bool AreKept
    {
        get
        {
            for (var i = 0; i < Count; i++) if (!(Of(i) >= 0)) return false;
            return true;
        }
    }

    /// <summary>What is violated where the arm was placed, one line each with the remedy. Allocates.</summary>
    /// <param name="robot">The same, for its names.</param>
    public IEnumerable<string> Problems(RobotDescription robot) => Enumerable.Range(0, Count).Where(i => !(Of(i) >= 0)).Select(i => Kind(i) switch
    {
        LimitKinds.Workspace => $"the tool point is at {LimitText.Of(Tool)} m, workspace {LimitText.Of(_workspace.Min)} … {LimitText.Of(_workspace.Max)}: move the arm inside by hand, or widen the workspace",
        LimitKinds.KeepOut => $"'{_capsules[_out[i - 1].Capsule].Name}' is {LimitText.Of(-Of(i))} m inside the keep-out box '{robot.KeepOut[_out[i - 1].Box].Name}': move the arm away by hand, or correct the box",
        _ => Close(_apart[i - 1 - _out.Length], Of(i)),
    });

    private string Close(in CapsulePair pair, double clearance) =>
        $"'{_capsules[pair.First].Name}' is {LimitText.Of(-clearance)} m too near to '{_capsules[pair.Second].Name}': move them apart by hand, or correct the arm's capsules";

    private double Inside(Vector3d tool)
    {
        var (low, high) = (tool - _workspace.Min, _workspace.Max - tool);
        return Math.Min(Math.Min(Math.Min(low.X, low.Y), low.Z), Math.Min(Math.Min(high.X, high.Y), high.Z));
    }
}
