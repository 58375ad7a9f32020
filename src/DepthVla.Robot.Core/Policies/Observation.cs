using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Core.Policies;

/// <summary>The step a robot was executing when it observed.</summary>
/// <param name="ChunkSequence">The chunk's <see cref="ActionChunk.BasedOnSequence"/>.</param>
/// <param name="Step">Index into that chunk, from 0.</param>
public readonly record struct ExecutingStep(long ChunkSequence, int Step);

/// <summary>How far away everything is that a camera sees.</summary>
/// <param name="Camera">Which.</param>
/// <param name="Width">px</param>
/// <param name="Height">px</param>
/// <param name="Metres">Along the viewing direction, rows top down.</param>
public sealed record TrueDepth(string Camera, int Width, int Height, ReadOnlyMemory<float> Metres);

/// <summary>What a policy sees: pictures, proprioception and an instruction at one moment.</summary>
public sealed record Observation
{
    /// <summary>Counts a session's observations, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>The moment observed, on the robot's monotonic clock: the oldest of its frames and its state.</summary>
    public required long CaptureTimeNs { get; init; }

    /// <summary>How long after <see cref="CaptureTimeNs"/> the answer is still of use, ns.</summary>
    public required long BudgetNs { get; init; }

    /// <summary>One frame a camera, in the contract's camera order; a camera that is out is left out.</summary>
    public required ImmutableArray<CameraFrame> Frames { get; init; }

    /// <summary>Measured joint positions, rad or m, in the contract's joint order.</summary>
    public required JointVector Proprioception { get; init; }

    /// <summary>What to do, in plain words.</summary>
    public required string Instruction { get; init; }

    /// <summary>The step being executed, or null when no chunk is.</summary>
    public ExecutingStep? Executing { get; init; }

    /// <summary>The plan that is being executed, for policies that go on from it (<see cref="PolicyInfo.Continues"/>); null when there is none.</summary>
    public RunningPlan? Running { get; init; }

    /// <summary>What the policy keeps of this robot from one observation to the next; null: nothing. It stays where the policy is and is never sent.</summary>
    public PolicyMemory? Memory { get; init; }

    /// <summary>Seed of the flow's noise, for reproducing a chunk; null lets the policy choose (and say which).</summary>
    public ulong? NoiseSeed { get; init; }

    /// <summary>What only a simulator knows: one map a frame, for policies that ask for it (<see cref="PolicyInfo.ReadsTrueDepth"/>); empty elsewhere.</summary>
    public ImmutableArray<TrueDepth> TrueDepth { get; init; } = [];

    /// <summary>What the arm is doing, for people who watch; null when it does not say. No answer depends on it.</summary>
    public Mode? Mode { get; init; }

    /// <summary>The trace it belongs to, as in W3C Trace Context's header <c>traceparent</c>; null outside of one.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Whether the reply shall carry the predicted depth maps.</summary>
    public bool WantDepth { get; init; }
}
