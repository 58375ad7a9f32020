using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Attempts;

/// <summary>One try at a task, from a table laid out anew.</summary>
/// <param name="Number">Counts the attempts of a run, from 1.</param>
/// <param name="Task">What is judged.</param>
/// <param name="Seed">Lays out objects, arm and light.</param>
/// <param name="Instruction">What the policy is told: the task's own, or something else to see whether it listens.</param>
internal sealed record Attempt(int Number, TabletopTask Task, int Seed, string Instruction)
{
    /// <summary>Each task in turn, again and again, each time round with the next seed.</summary>
    /// <param name="tasks">Names of tasks.</param>
    /// <param name="each">Attempts at each; 0 for no end.</param>
    /// <param name="firstSeed">Of the first time round.</param>
    /// <param name="instruction">Told instead of each task's own; empty for that.</param>
    public static IEnumerable<Attempt> InTurn(IReadOnlyList<string> tasks, int each, int firstSeed, string instruction)
    {
        var number = 0;
        for (var round = 0; each == 0 || round < each; round++)
        {
            foreach (var task in tasks.Select(TabletopTask.Named))
                yield return new(++number, task, firstSeed + round, instruction.Length > 0 ? instruction : task.Instruction);
        }
    }
}
