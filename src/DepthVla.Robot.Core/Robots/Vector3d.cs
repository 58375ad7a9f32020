namespace DepthVla.Robot.Core.Robots;

/// <summary>A point or direction in m, double precision, in the frame its owner names.</summary>
public readonly record struct Vector3d(double X, double Y, double Z)
{
    /// <summary>The sum by component.</summary>
    public static Vector3d operator +(Vector3d a, Vector3d b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>The difference by component.</summary>
    public static Vector3d operator -(Vector3d a, Vector3d b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>The vector scaled by <paramref name="s"/>.</summary>
    public static Vector3d operator *(Vector3d a, double s) => new(a.X * s, a.Y * s, a.Z * s);

    /// <summary>Same as the operator +.</summary>
    public static Vector3d Add(Vector3d left, Vector3d right) => left + right;

    /// <summary>Same as the operator -.</summary>
    public static Vector3d Subtract(Vector3d left, Vector3d right) => left - right;

    /// <summary>Same as the operator *.</summary>
    public static Vector3d Multiply(Vector3d left, double right) => left * right;
}

/// <summary>An axis-aligned box in the robot's base frame, m.</summary>
public readonly record struct WorkspaceBox(Vector3d Min, Vector3d Max)
{
    /// <summary>True when <paramref name="point"/> lies in the box or on its faces.</summary>
    public bool Contains(Vector3d point) =>
        point.X >= Min.X && point.X <= Max.X && point.Y >= Min.Y && point.Y <= Max.Y && point.Z >= Min.Z && point.Z <= Max.Z;

    /// <summary>The point of the box that is nearest to <paramref name="point"/>.</summary>
    public Vector3d Nearest(Vector3d point) =>
        new(Math.Clamp(point.X, Min.X, Max.X), Math.Clamp(point.Y, Min.Y, Max.Y), Math.Clamp(point.Z, Min.Z, Max.Z));
}
