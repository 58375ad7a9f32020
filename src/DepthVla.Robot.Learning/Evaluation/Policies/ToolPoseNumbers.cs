using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>A tool pose as the numbers of a step.</summary>
internal static class ToolPoseNumbers
{
    /// <summary>dx dy dz (m) rx ry rz (rad) gripper (m).</summary>
    internal static void Write(in PoseDelta delta, float gripper, Span<float> step)
    {
        (step[0], step[1], step[2]) = ((float)delta.Shift.X, (float)delta.Shift.Y, (float)delta.Shift.Z);
        (step[3], step[4], step[5]) = ((float)delta.Turn.X, (float)delta.Turn.Y, (float)delta.Turn.Z);
        step[ActionLayout.PoseNumbers] = gripper;
    }
}
