using Spectre.Console;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>A progress bar of long work; where the output is no terminal, a line now and then.</summary>
internal static class Bar
{
    /// <summary>Shows one while <paramref name="run"/> runs.</summary>
    /// <param name="name">What is counted, until the work describes itself.</param>
    /// <param name="run">Moves it.</param>
    internal static void Show(string name, Action<ProgressTask> run) => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context => run(context.AddTask(name)));
}
