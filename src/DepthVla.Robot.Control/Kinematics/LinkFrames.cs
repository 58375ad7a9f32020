using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Kinematics;

/// <summary>Forward kinematics of every link. One thread; real-time safe once made.</summary>
/// <param name="chain">From base to tool; joint indices and unit axes were checked.</param>
public sealed class LinkFrames(ImmutableArray<ChainLink> chain)
{
    private readonly Frame[] _frames = new Frame[chain.Length];

    /// <summary>Puts all links where the joints are.</summary>
    /// <param name="positions">rad, in the order of <see cref="RobotDescription.Joints"/>.</param>
    public void Place(in JointVector positions)
    {
        var frame = Frame.Base;
        for (var i = 0; i < _frames.Length; i++)
        {
            ref readonly var link = ref chain.ItemRef(i);
            frame.Origin = frame.At(link.Offset);
            frame.Turn(link.Axis, positions[link.Joint]);
            _frames[i] = frame;
        }
    }

    /// <summary>Where a point of a link is, base frame, m.</summary>
    /// <param name="link">Index into the chain; <see cref="LinkCapsule.Base"/> for the base.</param>
    /// <param name="point">Link frame, m.</param>
    public Vector3d Point(int link, Vector3d point) => link < 0 ? point : _frames[link].At(point);

    private struct Frame
    {
        public Vector3d Origin, X, Y, Z;

        public static Frame Base => new() { X = new(1, 0, 0), Y = new(0, 1, 0), Z = new(0, 0, 1) };

        public readonly Vector3d At(Vector3d p) => new(
            Origin.X + X.X * p.X + Y.X * p.Y + Z.X * p.Z,
            Origin.Y + X.Y * p.X + Y.Y * p.Y + Z.Y * p.Z,
            Origin.Z + X.Z * p.X + Y.Z * p.Y + Z.Z * p.Z);

        public void Turn(Vector3d axis, double angle)
        {
            var (sin, cos) = Math.SinCos(angle);
            var a = At(axis) - Origin;
            (X, Y) = (Turned(X, a, sin, cos), Turned(Y, a, sin, cos));
            Z = new(X.Y * Y.Z - X.Z * Y.Y, X.Z * Y.X - X.X * Y.Z, X.X * Y.Y - X.Y * Y.X);
        }

        /// <summary>Rodrigues: x cos + (a × x) sin + a (a · x)(1 − cos).</summary>
        private static Vector3d Turned(Vector3d x, Vector3d a, double sin, double cos)
        {
            var along = (a.X * x.X + a.Y * x.Y + a.Z * x.Z) * (1 - cos);
            return new(
                x.X * cos + (a.Y * x.Z - a.Z * x.Y) * sin + a.X * along,
                x.Y * cos + (a.Z * x.X - a.X * x.Z) * sin + a.Y * along,
                x.Z * cos + (a.X * x.Y - a.Y * x.X) * sin + a.Z * along);
        }
    }
}
