using System.Collections.Immutable;

namespace DepthVla.Robot.Core.Policies;

/// <summary>What the numbers of a chunk mean to the arm.</summary>
public enum ActionRepresentation
{
    /// <summary>Absolute joint positions, rad or m, one a joint in the contract's order.</summary>
    JointPosition,

    /// <summary>
    /// Where the tool shall be, seen from where it was when the observation was captured, the same for all steps: dx, dy, dz (m, base frame), rx, ry,
    /// rz (a rotation vector, rad, base frame; see <see cref="Kinematics.PoseDelta"/>), then one absolute position (rad or m) a gripper, in the
    /// contract's order.
    /// </summary>
    ToolPoseDelta,
}

/// <summary>Depth predicted for one camera.</summary>
/// <param name="Camera">The camera's name.</param>
/// <param name="Width">px.</param>
/// <param name="Height">px.</param>
/// <param name="Metres">Row-major, top row first, m.</param>
public sealed record DepthMap(string Camera, int Width, int Height, ReadOnlyMemory<float> Metres);

/// <summary>A policy's answer: what to do in the next <see cref="Steps"/> steps, and until when that may be believed. Immutable.</summary>
public sealed record ActionChunk
{
    /// <summary>The <see cref="Observation.Sequence"/> it answers.</summary>
    public required long BasedOnSequence { get; init; }

    /// <summary>When step 0 is for, on the robot's monotonic clock; step i is for i × <see cref="StepPeriodNs"/> later.</summary>
    public required long FirstStepTimeNs { get; init; }

    /// <summary>ns from one step to the next.</summary>
    public required long StepPeriodNs { get; init; }

    /// <summary>How long after its own time a step may still be commanded, ns. At least one period.</summary>
    public required long StepValidNs { get; init; }

    /// <summary>How many steps: the horizon.</summary>
    public required int Steps { get; init; }

    /// <summary>Numbers a step; see <see cref="ActionLayout.Dims"/>.</summary>
    public required int Dims { get; init; }

    /// <summary>Steps × Dims, row-major, in the units of the representation.</summary>
    public required ReadOnlyMemory<float> Actions { get; init; }

    /// <summary>Content hash of the checkpoint that made it.</summary>
    public required string ModelHash { get; init; }

    /// <summary>The flow's noise seed: the same observation, model and seed give the same chunk.</summary>
    public required ulong NoiseSeed { get; init; }

    /// <summary>Where the time went.</summary>
    public required StageTimings Timings { get; init; }

    /// <summary>True when the answer left the policy after the observation's budget was spent.</summary>
    public bool BudgetMissed { get; init; }

    /// <summary>How it goes on from the plan that was running; null when it was not asked to, or does not.</summary>
    public Continued? Continued { get; init; }

    /// <summary>The <see cref="Observation.Sequence"/> of the earlier observation whose depth it was made with; null when its own was read, or there is no depth.</summary>
    public long? DepthBasedOnSequence { get; init; }

    /// <summary>The predicted depth, one a frame, when the observation asked for it.</summary>
    public ImmutableArray<DepthMap> Depth { get; init; } = [];

    /// <summary>The moment after which no step of this chunk may be commanded, on the robot's clock.</summary>
    public long NotAfterNs => FirstStepTimeNs + (Steps - 1) * StepPeriodNs + StepValidNs;
}
