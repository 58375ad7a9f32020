using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Where a camera is and what it frames: a pinhole with square pixels and its axis in the middle of the picture.</summary>
/// <param name="Pose">Base frame; the camera looks along its -z, x to the right, y up.</param>
/// <param name="VerticalFieldOfView">From the top edge of the picture to the bottom one, rad.</param>
public readonly record struct CameraView(Pose Pose, double VerticalFieldOfView)
{
    /// <summary>Where a point (base frame, m) appears: px from the top left corner, and its depth along the axis, m. Behind the camera where that is negative.</summary>
    public (double X, double Y, double Depth) Project(Vector3d point, int width, int height)
    {
        var ray = point - Pose.Position;
        var depth = -Pose.Rotation.Z.Dot(ray);
        var focal = 0.5 * height / Math.Tan(0.5 * VerticalFieldOfView);
        return ((0.5 * width) + (focal * Pose.Rotation.X.Dot(ray) / depth), (0.5 * height) - (focal * Pose.Rotation.Y.Dot(ray) / depth), depth);
    }

    /// <summary>Where a point appears, 0 at the left and top edges and 1 at the right and bottom ones, and its depth along the axis, m.</summary>
    /// <remarks>Outside 0 to 1, or where the depth is negative, it is not in the picture.</remarks>
    /// <param name="point">Base frame, m.</param>
    /// <param name="aspect">Width over height of the picture.</param>
    public (double U, double V, double Depth) Locate(Vector3d point, double aspect = 1)
    {
        var (x, y, depth) = Project(point, 1, 1);
        return (0.5 + ((x - 0.5) / aspect), y, depth);
    }
}
