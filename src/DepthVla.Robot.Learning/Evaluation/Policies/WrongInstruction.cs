using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>What to say in the place of a task's instruction.</summary>
public static class WrongInstruction
{
    /// <summary>The instruction of another task of the scene, chosen by the seed.</summary>
    /// <remarks>One that is not about the task's object, so that the task is not done in passing.</remarks>
    public static string For(TabletopTask task, int seed)
    {
        ArgumentNullException.ThrowIfNull(task);
        TabletopTask[] others = [.. task.Scene.Tasks.Where(other => other.Object != task.Object && other.Goal != task.Object)];
        return others[seed % others.Length].Instruction;
    }
}
