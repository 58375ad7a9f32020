using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Tools.Checkpoints;
using DepthVla.Robot.Tools.CommandLine;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>Makes the policy that is tried, once a worker.</summary>
internal sealed class Contestant
{
    private readonly EvaluateArguments _given;
    private readonly RecordedCommands? _recorded;
    private readonly JointVector _state;
    private PolicyInfo? _info;

    /// <exception cref="UsageException">There is no such checkpoint.</exception>
    internal Contestant(EvaluateArguments given)
    {
        _given = given;
        if (given.Policy == "replay") _recorded = RecordedCommands.Read(given.Data!, given.Plan.Tasks.Select(task => task.Instruction));
        if (given is { Checkpoint: { } folder, Control: PolicyControl.NoState })
        {
            using var checkpoint = CheckpointFolder.Open("--checkpoint", folder, Checkpoint.Open);
            _state = JointVector.From(checkpoint.Stats.Stats.State.Mean.AsSpan());
        }
    }

    /// <summary>What it is, once one was made.</summary>
    internal PolicyInfo Info => _info ?? throw new InvalidOperationException("No policy was made yet.");

    /// <summary>One for a world; without one, only a checkpoint. On the thread that will use it.</summary>
    internal IPolicy Create(TabletopPhysics? physics)
    {
        IPolicy policy = _given switch
        {
            { Checkpoint: { } folder } => FromCheckpoint(folder),
            { Policy: "expert" } => new ScriptedExpertPolicy(physics!),
            { Policy: "replay" } => new ReplayPolicy(_recorded!),
            _ => new HoldPolicy(),
        };
        Interlocked.CompareExchange(ref _info, policy.Info, null);
        return policy;
    }

    private IPolicy FromCheckpoint(string folder)
    {
        var masked = _given.Control == PolicyControl.NoDepth;
        var choices = new PolicyChoices { MaskDepth = masked, Continuation = _given.Continuation, FlowSteps = _given.FlowSteps, DepthEvery = _given.DepthEvery };
        var policy = CheckpointFolder.Open("--checkpoint", folder, path => DepthVlaPolicy.Load(path, _given.Device, choices));
        try
        {
            if (masked && !policy.Info.HasDepth)
                throw new UsageException(new("--control no-depth", "a model with a depth expert", $"{policy.Info.Name}, which has none", "leave it out"));
            if (_given.Control == PolicyControl.NoState && policy.Info.Actions != ActionRepresentation.ToolPoseDelta)
            {
                var came = $"{policy.Info.Name}, whose joint positions start from the state";
                throw new UsageException(new("--control no-state", "a policy of tool poses", came, "leave it out"));
            }

            return _given.Control is PolicyControl.Black or PolicyControl.Swapped or PolicyControl.NoState
                ? new DeprivedPolicy(policy, _given.Control, _state) : policy;
        }
        catch
        {
            policy.Dispose();
            throw;
        }
    }
}
