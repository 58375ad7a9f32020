using System.Globalization;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>One line that lives: rewritten in place on a terminal, repeated every few seconds elsewhere.</summary>
internal sealed class StatusLine(TextWriter output, bool isTerminal)
{
    /// <summary>How often to show it.</summary>
    public TimeSpan Period => TimeSpan.FromSeconds(isTerminal ? 0.25 : 5);

    public void Show(double seconds, PolicyInfo? policy, bool connected, ControlReport control, LinkReport link)
    {
        var state = control.Holding == HoldReason.None ? "following" : connected ? $"holding ({control.Holding})" : "holding, no server";
        var model = policy is null ? "no policy yet" : policy.Trained ? policy.Name : $"{policy.Name} UNTRAINED";
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{seconds,6:0.0} s  {state,-22} {model}  chunks {link.Chunks}/{link.Observations}  latency {link.P50Ms:0} ms p50, {link.MaxMs:0} max  missed {link.DeadlineMisses}  ticks {control.Ticks}  overruns {control.Overruns}");
        if (isTerminal) output.Write($"\r{line}\u001b[K");
        else output.WriteLine(line);
    }

    /// <summary>Leaves the line, so that what follows has its own.</summary>
    public void End()
    {
        if (isTerminal) output.WriteLine();
    }
}
