using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Core.Kinematics;

/// <summary>Products and lengths of vectors. Real-time safe.</summary>
public static class VectorAlgebra
{
    /// <summary>The scalar product.</summary>
    public static double Dot(this Vector3d a, Vector3d b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    /// <summary>The vector product.</summary>
    public static Vector3d Cross(this Vector3d a, Vector3d b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    /// <summary>The Euclidean length.</summary>
    public static double Length(this Vector3d v) => Math.Sqrt(v.Dot(v));
}
