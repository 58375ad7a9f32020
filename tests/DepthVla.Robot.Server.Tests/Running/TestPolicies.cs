using System.Threading.Channels;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Tests.Running;

/// <summary>A real policy that holds still: each step repeats the measured state, or is no move of the tool. Instructions may have scripts.</summary>
internal class HoldPolicy : IPolicy
{
    /// <summary>Answers in tool poses, seven numbers a step for two joints.</summary>
    public static HoldPolicy OfToolPoses() => new()
    {
        Info = new HoldPolicy().Info with { Actions = ActionRepresentation.ToolPoseDelta, Dims = 7, ExecuteSteps = 2 },
    };

    public Dictionary<string, Func<ActionChunk, ActionChunk>> Scripts { get; } = [];

    public PolicyInfo Info { get; init; } = new()
    {
        Name = "hold", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [new("waist", JointUnit.Radian), new("gripper", JointUnit.Metre)],
        Horizon = 4, StepRateHz = 15, Actions = ActionRepresentation.JointPosition, Dims = 2, HasDepth = true,
    };

    public virtual ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        const long Period = 66_666_667;
        var step = Info.Actions == ActionRepresentation.ToolPoseDelta ? new double[Info.Dims] : observation.Proprioception.ToArray();
        var chunk = new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + Info.Actions.FirstStep() * Period,
            StepPeriodNs = Period, StepValidNs = Period, Steps = Info.Horizon, Dims = Info.Dims,
            Actions = Enumerable.Repeat(step, Info.Horizon).SelectMany(p => p).Select(v => (float)v).ToArray(),
            ModelHash = Info.ModelHash, NoiseSeed = observation.NoiseSeed ?? 0, Timings = new StageTimings { [Stage.Denoise] = 1_000_000 },
            Depth = observation.WantDepth ? [.. observation.Frames.Select(f => new DepthMap(f.Camera, 512, 512, new float[512 * 512]))] : [],
        };
        return ValueTask.FromResult(Scripts.TryGetValue(observation.Instruction, out var script) ? script(chunk) : chunk);
    }
}

/// <summary>Holds still too, and once armed answers only when the test says so.</summary>
internal sealed class GatedPolicy : HoldPolicy
{
    private readonly Channel<Observation> _entered = Channel.CreateUnbounded<Observation>();
    private readonly Channel<bool> _gate = Channel.CreateUnbounded<bool>();
    private volatile bool _armed;

    public void Arm() => _armed = true;

    /// <summary>The next observation that inference has begun on.</summary>
    public Task<Observation> EnteredAsync() => _entered.Reader.ReadAsync().AsTask().Soon();

    /// <summary>Lets one inference finish.</summary>
    public void Release() => _gate.Writer.TryWrite(true);

    public override async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        if (_armed)
        {
            _entered.Writer.TryWrite(observation);
            await _gate.Reader.ReadAsync(cancellationToken);
        }

        return await base.InferAsync(observation, cancellationToken);
    }
}

/// <summary>Hands over a policy, when the test says so where it wants to.</summary>
internal sealed class TestLoader(Func<string, CancellationToken, Task<IPolicy>> load) : IPolicyLoader
{
    public TestLoader(Func<CancellationToken, Task<IPolicy>> load)
        : this((_, stop) => load(stop))
    {
    }

    public TestLoader(IPolicy policy)
        : this((_, _) => Task.FromResult(policy))
    {
    }

    public Task<IPolicy> LoadAsync(string checkpoint, CancellationToken cancellationToken) => load(checkpoint, cancellationToken);

    public string? Fault(string checkpoint, IPolicy policy) => policy.Info.Name == "other-answers" ? "golden.json: other answers" : null;
}
