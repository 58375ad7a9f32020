using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Configuration;

namespace DepthVla.Robot.Learning.Evaluation.OpenLoop;

/// <summary>How far a policy's chunks are from recorded ones, in one number of a step.</summary>
/// <param name="Name">Such as "dx" or "gripper".</param>
/// <param name="Unit">"mm" or "rad".</param>
/// <param name="All">Mean absolute error over all steps.</param>
/// <param name="First">Of the first step.</param>
/// <param name="Last">Of the last step.</param>
/// <param name="Still">Over all steps, of a policy that stays where it is: what there is to win.</param>
public sealed record DimensionError(string Name, string Unit, double All, double First, double Last, double Still);

/// <summary>The error of a policy that looks at recorded pictures and moves nothing.</summary>
public sealed record OpenLoopReport
{
    /// <summary>Who was asked.</summary>
    public required PolicyInfo Policy { get; init; }

    /// <summary>What was taken from it.</summary>
    public required Policies.PolicyControl Control { get; init; }

    /// <summary>The dataset's folder.</summary>
    public required string Data { get; init; }

    /// <summary>Episodes that were kept back from training.</summary>
    public required int Episodes { get; init; }

    /// <summary>Frames asked about.</summary>
    public required int Frames { get; init; }

    /// <summary>How long it took, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>Processor and operating system.</summary>
    public required string Hardware { get; init; }

    /// <summary>One for each number of a step.</summary>
    public required ImmutableArray<DimensionError> Errors { get; init; }

    /// <summary>The JSON.</summary>
    public string ToJson() => LearningJson.Write(this);
}
