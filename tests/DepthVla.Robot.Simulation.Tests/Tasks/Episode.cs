using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Tasks;

/// <summary>One attempt at a task under physics.</summary>
internal sealed class Episode(TabletopPhysics physics)
{
    private const int Commands = 60;

    private readonly ToolDriver _driver = new(physics);

    /// <summary>The most points at <paramref name="task"/> that its expert, or that of <paramref name="doing"/>, reaches within 6 s.</summary>
    public TaskProgress Run(TabletopTask task, int seed, TabletopTask? doing = null, Func<ToolCommand, ToolCommand>? change = null)
    {
        physics.Reset(task.Scene, seed);
        _driver.Restart();
        var best = TaskProgress.Of(physics, task);
        for (var i = 0; i < Commands && !best.Success; i++)
        {
            var command = ScriptedExpert.Next(TaskState.Of(physics, doing ?? task));
            _driver.Drive(change is null ? command : change(command));
            var progress = TaskProgress.Of(physics, task);
            if (progress.Points > best.Points) best = progress;
        }
        return best;
    }

    /// <summary>Lets the expert go on for a second.</summary>
    public void GoOn(TabletopTask task)
    {
        for (var i = 0; i < 10; i++) _driver.Drive(ScriptedExpert.Next(TaskState.Of(physics, task)));
    }

    /// <summary>Whether its expert does it eight planned commands at a time, without looking in between.</summary>
    public bool RunBlindly(TabletopTask task, int seed)
    {
        physics.Reset(task.Scene, seed);
        _driver.Restart();
        Span<ToolCommand> plan = stackalloc ToolCommand[8];
        for (var i = 0; i < Commands; i += plan.Length)
        {
            ScriptedExpert.Plan(TaskState.Of(physics, task), plan);
            foreach (var command in plan) _driver.Drive(command);
            if (TaskProgress.Of(physics, task).Success) return true;
        }
        return false;
    }
}
