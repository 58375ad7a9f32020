using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>A tool pose as the numbers of a step.</summary>
internal static class ToolPoseNumbers
{
    /// <summary>dx dy dz (m) rx ry rz (rad) gripper (m).</summary>
    internal static void Write(in PoseDelta delta, float gripper, Span<float> step)
    {
        delta.WriteTo(step);
        step[ActionLayout.PoseNumbers] = gripper;
    }
}
