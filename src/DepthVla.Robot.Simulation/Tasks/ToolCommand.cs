using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>Where the tool is to be one policy period later, pointing down.</summary>
/// <param name="Tool">Base frame, m.</param>
/// <param name="Yaw">rad, about the vertical; 0 opens the fingers along y.</param>
/// <param name="Gripper">m, each finger.</param>
public readonly record struct ToolCommand(Vector3d Tool, double Yaw, double Gripper)
{
    /// <summary>The time a command takes, s.</summary>
    public const double Period = 0.1;
}
