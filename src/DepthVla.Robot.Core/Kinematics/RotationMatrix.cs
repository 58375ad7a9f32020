using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Core.Kinematics;

/// <summary>An orientation: where a frame's axes point, in the frame outside it. Real-time safe.</summary>
/// <param name="X">Unit vector.</param>
/// <param name="Y">Unit vector.</param>
/// <param name="Z">Unit vector, X × Y.</param>
public readonly record struct RotationMatrix(Vector3d X, Vector3d Y, Vector3d Z)
{
    /// <summary>No turn.</summary>
    public static RotationMatrix Identity => new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1));

    /// <summary>A turn of <paramref name="angle"/> rad about <paramref name="axis"/>, a unit vector.</summary>
    public static RotationMatrix About(Vector3d axis, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return new(Turn(new(1, 0, 0)), Turn(new(0, 1, 0)), Turn(new(0, 0, 1)));

        // Rodrigues
        Vector3d Turn(Vector3d v) => (v * cos) + (axis.Cross(v) * sin) + (axis * (axis.Dot(v) * (1 - cos)));
    }

    /// <summary>The turn about <paramref name="vector"/> by its length, rad: the exponential map. The inverse of <see cref="To"/>.</summary>
    public static RotationMatrix About(Vector3d vector)
    {
        var angle = vector.Length();
        return angle > 1e-12 ? About(vector * (1 / angle), angle) : Identity;
    }

    /// <summary>The tool pointing straight down, the fingers opening along y when <paramref name="yaw"/> (rad, about the vertical) is 0.</summary>
    public static RotationMatrix ToolDown(double yaw)
    {
        var (sin, cos) = Math.SinCos(yaw);
        return new(new(0, 0, -1), new(-sin, cos, 0), new(cos, sin, 0));
    }

    /// <summary>First <paramref name="inner"/>, then <paramref name="outer"/>.</summary>
    public static RotationMatrix operator *(RotationMatrix outer, RotationMatrix inner) => new(outer * inner.X, outer * inner.Y, outer * inner.Z);

    /// <summary>The direction <paramref name="v"/> of the inner frame, in the outer frame.</summary>
    public static Vector3d operator *(RotationMatrix rotation, Vector3d v) => (rotation.X * v.X) + (rotation.Y * v.Y) + (rotation.Z * v.Z);

    /// <summary>Same as the operator *.</summary>
    public static RotationMatrix Multiply(RotationMatrix left, RotationMatrix right) => left * right;

    /// <summary>Same as the operator *.</summary>
    public static Vector3d Multiply(RotationMatrix left, Vector3d right) => left * right;

    /// <summary>The turn from this orientation to <paramref name="goal"/>: axis × angle, rad, outer frame, at most π long.</summary>
    public Vector3d To(RotationMatrix goal)
    {
        // R = goal · thisᵀ; its antisymmetric part is axis · sin, its trace 1 + 2 cos.
        var sine = (X.Cross(goal.X) + Y.Cross(goal.Y) + Z.Cross(goal.Z)) * 0.5;
        var cos = (X.Dot(goal.X) + Y.Dot(goal.Y) + Z.Dot(goal.Z) - 1) * 0.5;
        var sin = sine.Length();
        if (sin > 1e-9) return sine * (Math.Atan2(sin, cos) / sin);
        return cos > 0 ? sine : HalfTurnAxis(goal) * Math.PI;
    }

    // A half turn takes v to 2 axis (axis · v) - v, so the axis lies along the longest sum of an axis and its goal.
    private Vector3d HalfTurnAxis(RotationMatrix goal)
    {
        var (longest, y, z) = (X + goal.X, Y + goal.Y, Z + goal.Z);
        if (y.Length() > longest.Length()) longest = y;
        if (z.Length() > longest.Length()) longest = z;
        return longest * (1 / longest.Length());
    }
}
