using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Wants the arm in two places in turn, at once, each for so long.</summary>
/// <param name="places">rad and m.</param>
/// <param name="everyNs">How long each, ns.</param>
internal sealed class SteeringPolicy(double[][] places, long everyNs) : IPolicy
{
    private const int Horizon = 10;
    private const long StepNs = 100_000_000;

    public PolicyInfo Info { get; } = new()
    {
        Name = "steering", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [.. Wx250s.Description.Joints.Select(j => new PolicyJoint(j.Name, j.Unit))],
        Horizon = Horizon, StepRateHz = 1e9 / StepNs, Actions = ActionRepresentation.JointPosition, Dims = 7, ExecuteSteps = 2, HasDepth = false,
    };

    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        var place = places[observation.CaptureTimeNs / everyNs % places.Length];
        return new(new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + (Info.Actions.FirstStep() * StepNs), StepPeriodNs = StepNs,
            StepValidNs = StepNs, Steps = Horizon, Dims = Info.Dims, Actions = Enumerable.Repeat(place, Horizon).SelectMany(p => p).Select(q => (float)q).ToArray(),
            ModelHash = Info.ModelHash, NoiseSeed = 0, Timings = default,
        });
    }
}
