using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Answers what it was told under one instruction much too late, and then with a place far away; anything else it never answers.</summary>
/// <param name="late">That instruction.</param>
/// <param name="until">Ends when those answers may go out.</param>
internal sealed class LatePolicy(string late, Func<Task> until) : IPolicy
{
    /// <summary>How far the late answers turn the waist, rad.</summary>
    public const double Far = 1;

    private const int Horizon = 10;
    private const long PeriodNs = 100_000_000;

    private Task? _due;
    private int _lateAnswers;

    /// <summary>How many answers came too late.</summary>
    public int LateAnswers => _lateAnswers;

    public PolicyInfo Info { get; } = new()
    {
        Name = "late", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [.. Wx250s.Description.Joints.Select(j => new PolicyJoint(j.Name, j.Unit))],
        Horizon = Horizon, StepRateHz = 10, Actions = ActionRepresentation.JointPosition, Dims = 7, HasDepth = false,
    };

    public async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        if (observation.Instruction != late) await Task.Delay(Timeout.Infinite, cancellationToken);
        await (_due ??= until());
        var place = observation.Proprioception;
        place[0] += Far;
        Interlocked.Increment(ref _lateAnswers);
        var step = Enumerable.Range(0, place.Count).Select(j => (float)place[j]).ToArray();
        return new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = MonotonicClock.System.NowNs, StepPeriodNs = PeriodNs, StepValidNs = PeriodNs,
            Steps = Horizon, Dims = 7,
            Actions = Enumerable.Repeat(step, Horizon).SelectMany(s => s).ToArray(), ModelHash = Info.ModelHash, NoiseSeed = 0, Timings = default,
        };
    }
}
