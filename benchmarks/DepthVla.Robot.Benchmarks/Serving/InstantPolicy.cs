using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Benchmarks.Serving;

/// <summary>Answers at once, always with the same chunk, and looks at no picture: what is left is the server.</summary>
internal sealed class InstantPolicy : IPolicy
{
    private const long PeriodNs = 33_333_333;

    private static readonly string[] CameraNames = ["primary", "wrist", "side"];

    private readonly ActionChunk _chunk;

    internal InstantPolicy(int cameras)
    {
        Info = InfoOf(cameras);
        _chunk = new()
        {
            BasedOnSequence = 0, FirstStepTimeNs = 0, StepPeriodNs = PeriodNs, StepValidNs = PeriodNs, Steps = Info.Horizon, Dims = Info.Joints.Length,
            Actions = new float[Info.Horizon * Info.Joints.Length], ModelHash = Info.ModelHash, NoiseSeed = 1, Timings = default,
        };
    }

    public PolicyInfo Info { get; }

    /// <summary>The policy that <paramref name="cameras"/> cameras fit: 30 steps of 7 joints.</summary>
    internal static PolicyInfo InfoOf(int cameras) => new()
    {
        Name = "instant", ModelHash = new('0', 64), NormalizationHash = new('0', 64), Parameters = 0, Trained = true, Precision = "none", Device = "cpu",
        Cameras = [.. CameraNames.Take(cameras)], Joints = [.. Enumerable.Range(1, 7).Select(i => new PolicyJoint($"joint_{i}", JointUnit.Radian))],
        Horizon = 30, StepRateHz = 30, Actions = ActionRepresentation.JointPosition, Dims = 7, HasDepth = false,
    };

    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken) => ValueTask.FromResult(Answer(observation));

    internal ActionChunk Answer(Observation observation) => _chunk with { BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs };

    internal sealed class Loader(int cameras) : IPolicyLoader
    {
        public Task<IPolicy> LoadAsync(string checkpoint, CancellationToken cancellationToken) => Task.FromResult<IPolicy>(new InstantPolicy(cameras));

        public string? Fault(string checkpoint, IPolicy policy) => null;
    }
}
