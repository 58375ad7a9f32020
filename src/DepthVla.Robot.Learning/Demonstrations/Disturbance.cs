using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>Pushes the expert off its way now and then, so that frames show how to come back. Labels stay the undisturbed plan.</summary>
/// <remarks>In 8 % of the periods a disturbance of one to four periods begins: a bias of the tool, and at times the fingers the other way round.</remarks>
internal sealed class Disturbance(Random random)
{
    private const double Chance = 0.08, Shift = 0.022, Lift = 0.018, Turn = 0.2, FingersChance = 0.12;
    private int _left;
    private Vector3d _bias;
    private double _turn;
    private bool _fingers;

    internal ToolCommand Apply(in ToolCommand command)
    {
        if (_left == 0 && random.NextDouble() < Chance)
        {
            _left = 1 + random.Next(4);
            (_bias, _turn, _fingers) = (new(Around(Shift), Around(Shift), Around(Lift)), Around(Turn), random.NextDouble() < FingersChance);
        }

        var (tool, yaw, gripper) = (command.Tool + new Vector3d(Around(0.002), Around(0.002), Around(0.001)), command.Yaw + Around(0.02), command.Gripper);
        if (_left > 0)
        {
            _left--;
            (tool, yaw) = (tool + _bias, yaw + _turn);
            if (_fingers) gripper = gripper > 0.02 ? Wx250s.GripperClosed : Wx250s.GripperOpen;
        }

        return command with { Tool = tool with { Z = Math.Max(Wx250s.Description.Workspace.Min.Z + 0.0005, tool.Z) }, Yaw = yaw, Gripper = gripper };
    }

    private double Around(double most) => most * (2 * random.NextDouble() - 1);
}
