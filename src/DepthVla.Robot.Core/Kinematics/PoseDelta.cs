using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Core.Kinematics;

/// <summary>One pose as seen from another: the way policies say where the tool shall be. Real-time safe.</summary>
/// <param name="Shift">Position less position, m, base frame.</param>
/// <param name="Turn">Rotation vector, rad, base frame: R = exp(Turn) · R_from.</param>
public readonly record struct PoseDelta(Vector3d Shift, Vector3d Turn)
{
    /// <summary>What takes <paramref name="from"/> to <paramref name="goal"/>; the turn is at most π long.</summary>
    public static PoseDelta Between(in Pose from, in Pose goal) => new(goal.Position - from.Position, from.Rotation.To(goal.Rotation));

    /// <summary>As the first numbers of a step: dx, dy, dz, rx, ry, rz.</summary>
    public void WriteTo(Span<float> step)
    {
        (step[0], step[1], step[2]) = ((float)Shift.X, (float)Shift.Y, (float)Shift.Z);
        (step[3], step[4], step[5]) = ((float)Turn.X, (float)Turn.Y, (float)Turn.Z);
    }

    /// <summary>The pose that lies this far from <paramref name="from"/>.</summary>
    public Pose From(in Pose from) => new(from.Position + Shift, RotationMatrix.About(Turn) * from.Rotation);
}
