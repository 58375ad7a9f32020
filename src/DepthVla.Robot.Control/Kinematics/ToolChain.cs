using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Kinematics;

/// <summary>Forward kinematics of the tool point. Immutable; real-time safe.</summary>
public sealed class ToolChain
{
    private readonly ImmutableArray<ChainLink> _links;
    private readonly Vector3d _tool;
    private readonly double[] _reach;

    /// <summary>Takes the chain and tool of <paramref name="robot"/>, whose joint indices and unit axes the caller has checked.</summary>
    public ToolChain(RobotDescription robot)
    {
        _links = robot.Chain;
        _tool = robot.Tool;
        _reach = new double[robot.Joints.Length];

        var beyond = Length(_tool);
        for (var i = _links.Length - 1; i >= 0; i--)
        {
            _reach[_links[i].Joint] += beyond;
            beyond += Length(_links[i].Offset);
        }
    }

    /// <summary>How far the tool point can move, at most, for each rad that <paramref name="joint"/> turns: m/rad. 0 off the chain.</summary>
    /// <remarks>The straightened length of all that hangs on the joint; for motions of several joints the bounds add up.</remarks>
    public double Reach(int joint) => _reach[joint];

    /// <summary>The tool point in the base frame, m.</summary>
    /// <param name="positions">rad, in the order of <see cref="RobotDescription.Joints"/>.</param>
    public Vector3d ToolPoint(in JointVector positions)
    {
        // From the tool inwards: base ← offset₀ + R₀(offset₁ + R₁(… Rₙ tool)). Only a point is ever turned, never a matrix.
        var point = _tool;
        for (var i = _links.Length - 1; i >= 0; i--)
        {
            ref readonly var link = ref _links.ItemRef(i);
            point = link.Offset + Turned(point, link.Axis, positions[link.Joint]);
        }

        return point;
    }

    /// <summary>Rodrigues: x cos + (a × x) sin + a (a · x)(1 − cos).</summary>
    private static Vector3d Turned(Vector3d x, Vector3d a, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        var along = (a.X * x.X + a.Y * x.Y + a.Z * x.Z) * (1 - cos);
        return new(
            x.X * cos + (a.Y * x.Z - a.Z * x.Y) * sin + a.X * along,
            x.Y * cos + (a.Z * x.X - a.X * x.Z) * sin + a.Y * along,
            x.Z * cos + (a.X * x.Y - a.Y * x.X) * sin + a.Z * along);
    }

    private static double Length(Vector3d v) => Math.Sqrt(v.X * v.X + v.Y * v.Y + v.Z * v.Z);
}
