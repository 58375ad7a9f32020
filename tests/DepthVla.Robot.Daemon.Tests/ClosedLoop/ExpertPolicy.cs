using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Sees no picture, but the world itself, and answers with what the scripted expert would do: tool poses, ten a second.</summary>
/// <param name="arm">The world's, once there is one.</param>
internal sealed class ExpertPolicy(Func<SimulatedArm> arm) : IPolicy
{
    private const int Horizon = 10;

    private static readonly SerialChain Chain = new(Wx250s.Description);

    public PolicyInfo Info { get; } = new()
    {
        Name = "expert", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [.. Wx250s.Description.Joints.Select(j => new PolicyJoint(j.Name, j.Unit))],
        Horizon = Horizon, StepRateHz = 1 / ToolCommand.Period, Actions = ActionRepresentation.ToolPoseDelta, Dims = 7, ExecuteSteps = 2, HasDepth = false,
    };

    public async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        var commands = new ToolCommand[Horizon];
        ScriptedExpert.Plan(await arm().InvokeAsync(physics => TaskState.Of(physics, physics.Table.Tasks.Single(t => t.Instruction == observation.Instruction))), commands);
        var origin = Chain.Tool(observation.Proprioception);
        var period = (long)(1e9 * ToolCommand.Period);
        return new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + Info.Actions.FirstStep() * period, StepPeriodNs = period,
            StepValidNs = period, Steps = Horizon, Dims = Info.Dims, Actions = commands.SelectMany(command => Numbers(origin, command)).ToArray(),
            ModelHash = Info.ModelHash, NoiseSeed = 0, Timings = default,
        };
    }

    private static IEnumerable<float> Numbers(Pose origin, ToolCommand command)
    {
        var (shift, turn) = PoseDelta.Between(origin, new(command.Tool, RotationMatrix.ToolDown(command.Yaw)));
        return [(float)shift.X, (float)shift.Y, (float)shift.Z, (float)turn.X, (float)turn.Y, (float)turn.Z, (float)command.Gripper];
    }
}
