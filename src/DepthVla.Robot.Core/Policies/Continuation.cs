namespace DepthVla.Robot.Core.Policies;

/// <summary>How a policy makes a chunk that goes on from the one being executed (real-time chunking, arXiv 2506.07339).</summary>
public enum ContinuationMethod
{
    /// <summary>It does not: each chunk is made of its observation alone.</summary>
    None,

    /// <summary>The committed steps are given to a network that was trained to be given some.</summary>
    Prefix,

    /// <summary>Every flow step is pulled towards the plan being executed, by the gradient of the network: for any network, at some three times the cost.</summary>
    Guidance,

    /// <summary>The committed steps are put in the place of the flow's own: for any network, at no cost; what comes after may not fit them.</summary>
    Inpainting,
}

/// <summary>The plan that a robot is executing, in the terms of the chunk that it asks for. Immutable.</summary>
/// <param name="Committed">So many steps will have been executed before an answer can come, by what was measured of the last ones.</param>
/// <param name="Dims">Numbers a step.</param>
/// <param name="Actions">
/// Steps × Dims, row-major: where the plan is at the times of the first steps of the chunk asked for, in the policy's representation, relative to the same
/// observation. As many as the plan lasts.
/// </param>
public sealed record RunningPlan(int Committed, int Dims, ReadOnlyMemory<float> Actions)
{
    /// <summary>How many steps are left of it.</summary>
    public int Steps => Actions.Length / Dims;
}

/// <summary>How a chunk went on from the plan that was running.</summary>
/// <param name="Method">What was done.</param>
/// <param name="Committed">So many steps are the running plan's.</param>
/// <param name="Clamped">Fewer than the robot said: it was slower than plan, horizon or training allow, and there may be a seam.</param>
public readonly record struct Continued(ContinuationMethod Method, int Committed, bool Clamped);
