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

        /// <summary>About an axis of the frame itself, so that rounding adds up along the chain and is never multiplied.</summary>
        public void Turn(Vector3d axis, double angle)
        {
            var (sin, cos) = Math.SinCos(angle);
            var (x, y, z) = (axis.X, axis.Y, axis.Z);
            Vector3d versine = new(x * (1 - cos), y * (1 - cos), z * (1 - cos));

            // Rodrigues, column by column: cos e + sin (a × e) + (1 − cos) (a · e) a
            (X, Y, Z) = (
                Along(cos + versine.X * x, versine.X * y + sin * z, versine.X * z - sin * y),
                Along(versine.Y * x - sin * z, cos + versine.Y * y, versine.Y * z + sin * x),
                Along(versine.Z * x + sin * y, versine.Z * y - sin * x, cos + versine.Z * z));
        }

        private readonly Vector3d Along(double x, double y, double z) => new(
            X.X * x + Y.X * y + Z.X * z,
            X.Y * x + Y.Y * y + Z.Y * z,
            X.Z * x + Y.Z * y + Z.Z * z);
    }
}
