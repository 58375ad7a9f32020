using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.Rollouts;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation;

/// <summary>What is to be tried, and how.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Seeds below this are for evaluation: no training data is made with them.</summary>
    public const int SeedLimit = 1_000_000_000;

    /// <summary>What is judged.</summary>
    public required ImmutableArray<TabletopTask> Tasks { get; init; }

    /// <summary>Attempts a task, each with its own seed. 50.</summary>
    public int Seeds { get; init; } = 50;

    /// <summary>The first of them. 0.</summary>
    public int FirstSeed { get; init; }

    /// <summary>True tells the policy another task of the scene.</summary>
    public bool WrongInstruction { get; init; }

    /// <summary>How each attempt is run.</summary>
    public RolloutOptions Rollout { get; init; } = new();

    /// <summary>How many attempts keep their pictures, if <see cref="RolloutOptions.PictureRate"/> asks for any. 24.</summary>
    public int MostPictured { get; init; } = 24;

    /// <summary>How many attempts there are.</summary>
    public int Count => Tasks.Length * Seeds;

    /// <summary>Makes sure that every task's scene has the cameras that a policy looks through.</summary>
    /// <exception cref="FormatException">One has not.</exception>
    public void RequireCameras(PolicyInfo policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (Tasks.FirstOrDefault(task => policy.Cameras.Except(task.Scene.Cameras).Any()) is { } task)
            throw new FormatException($"tasks: expected scenes with the policy's cameras ({string.Join(", ", policy.Cameras)}), got {task.Name} in {task.Scene.Name}, which has {string.Join(", ", task.Scene.Cameras)}; name other tasks");
    }

    // Seed by seed, so that a run that is ended early has tried every task about as often.
    internal (TabletopTask Task, int Seed) Attempt(int number) => (Tasks[number % Tasks.Length], FirstSeed + (number / Tasks.Length));
}
