using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>One line that lives: rewritten in place on a terminal, repeated every few seconds elsewhere.</summary>
/// <param name="output">Where to.</param>
/// <param name="columns">How wide the terminal is now: a line that wraps cannot be rewritten. Null where there is no terminal.</param>
internal sealed class StatusLine(TextWriter output, Func<int>? columns)
{
    private readonly Lock _gate = new();

    /// <summary>How often to show it.</summary>
    public TimeSpan Period => TimeSpan.FromSeconds(columns is null ? 5 : 0.25);

    public void Show(double seconds, PolicyInfo? policy, bool connected, ControlReport control, LinkReport link, Scoreboard scores)
    {
        var state = $"{control.Mode.ToString().ToLowerInvariant()}{Because(policy, connected, control.Holding)}";
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{seconds,6:0.0} s  {state,-20}  {Attempts(scores)}latency {link.P50Ms:0} ms p50, {link.MaxMs:0} max  missed {link.DeadlineMisses}  chunks {link.Chunks}/{link.Observations}  overruns {control.Overruns}/{control.Ticks}");
        lock (_gate)
        {
            if (columns is null) output.WriteLine(line);
            else output.Write($"\r{line.AsSpan(0, Math.Clamp(columns() - 1, 0, line.Length))}\u001b[K");
        }
    }

    /// <summary>Says something that stays, above the line. Any thread.</summary>
    public void Say(string text)
    {
        lock (_gate) output.WriteLine(columns is null ? text : $"\r{text}\u001b[K");
    }

    /// <summary>Leaves the line, so that what follows has its own.</summary>
    public void End()
    {
        if (columns is not null) output.WriteLine();
    }

    private static string Because(PolicyInfo? policy, bool connected, HoldReason holding) =>
        holding == HoldReason.None ? policy is { Trained: false } ? ", UNTRAINED" : ""
        : connected ? $" ({JsonNamingPolicy.SnakeCaseLower.ConvertName($"{holding}")})" : ", no server"; // as in the summary

    private static string Attempts(Scoreboard scores)
    {
        var (successes, attempts) = scores.Count;
        var present = scores.Present is { } attempt ? $"attempt {attempt.Number} {attempt.Task.Name}, " : "";
        return present.Length > 0 || attempts > 0 ? $"{present}{successes}/{attempts} done  " : "";
    }
}
