namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>How one attempt at a task ended.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Instruction">What the policy was told; another task's instruction in tests of whether it listens.</param>
/// <param name="Seed">Of the table.</param>
/// <param name="Success">Whether the task was done within its time.</param>
/// <param name="Points">The most points reached; see <see cref="TaskProgress"/>.</param>
/// <param name="OutOf">The points of the whole task.</param>
/// <param name="Seconds">Until success, or until time was up.</param>
public sealed record TaskOutcome(string Task, string Instruction, int Seed, bool Success, int Points, int OutOf, double Seconds)
{
    /// <summary>How long an attempt may take, s: three times what the expert needs at most.</summary>
    public static double TimeLimit(Worlds.TabletopTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Kind switch
        {
            Worlds.TaskKind.Touch => 5,
            Worlds.TaskKind.Pick => 8,
            _ => 15,
        };
    }
}
