using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Knows nothing but the pose observed, and answers with tool poses seen from there.</summary>
/// <param name="steps">The pose observed → each step's numbers.</param>
internal sealed class ToolPosePolicy(Func<Pose, IEnumerable<float[]>> steps) : IPolicy
{
    public const int Horizon = 8;
    public const double StepRateHz = 15;

    private static readonly SerialChain Chain = new(Wx250s.Description);

    /// <summary>Numbers a step that it really answers with.</summary>
    public int Width { get; init; } = 7;

    public PolicyInfo Info { get; } = new()
    {
        Name = "tool-pose", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [.. Wx250s.Description.Joints.Select(j => new PolicyJoint(j.Name, j.Unit))],
        Horizon = Horizon, StepRateHz = StepRateHz, Actions = ActionRepresentation.ToolPoseDelta, Dims = 7, ExecuteSteps = 3, HasDepth = false,
    };

    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        var period = (long)(1e9 / StepRateHz);
        return ValueTask.FromResult(new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + Info.Actions.FirstStep() * period, StepPeriodNs = period,
            StepValidNs = period, Steps = Horizon, Dims = Width, Actions = steps(Chain.Tool(observation.Proprioception)).SelectMany(step => step).ToArray(),
            ModelHash = Info.ModelHash, NoiseSeed = 0, Timings = default,
        });
    }
}
