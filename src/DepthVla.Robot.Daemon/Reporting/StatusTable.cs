using System.Globalization;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>A daemon's status for people: one screen.</summary>
internal static class StatusTable
{
    public static void Write(TextWriter output, DaemonStatus now)
    {
        void Row(string name, FormattableString value) => output.WriteLine($"  {name,-12} {value.ToString(CultureInfo.InvariantCulture)}");
        var (latency, control) = (now.LatencyMs, now.Control);
        Row("robot", $"{now.RobotId}: {now.Arm.Name}{(now.Arm.Simulated ? ", simulated" : "")}; driving for {now.Seconds:0} s");
        if (now.Arm.Fault is not null) Row("ARM FAILED", $"{now.Arm.Fault}");
        Row("mode", $"{now.Mode}{(now.Because is null ? "" : $" ({now.Because})")} for {now.ModeS:0.0} s{(now.SpeedShare < 1 ? $"; something is near: {100 * now.SpeedShare:0} % of its speed" : "")}");
        Row("task", $"{(now.Instruction.Length > 0 ? $"\"{now.Instruction}\"" : "tasks in turn")}");
        Row("plan", $"{now.StepsRemaining} steps to come; {now.PlanAgeS:0.00} s old");
        Row("server", $"{now.Server.Address}: {Server(now.Server)}");
        Row("latency", $"last {latency.Last:0}  p50 {latency.P50:0}  p99 {latency.P99:0}  max {latency.Max:0} ms; budget {latency.Budget:0} ms, missed {now.DeadlineMisses} of {now.Observations}");
        Row("withheld", $"{now.Withheld}{(now.WithheldBecause is null ? "" : $", and now: {now.WithheldBecause}")}");
        Row("control", $"{control.RateHz} Hz, {control.Overruns} overruns of {control.Ticks}, wake-up p50 {control.WakeupUs.P50:0} p99 {control.WakeupUs.P99:0} max {control.WakeupUs.Max:0} us");
        Row("limits", $"{string.Join("  ", now.LimitEvents.Select(limit => $"{limit.Key} {limit.Value}"))}");
        Row("holds", $"{(now.HoldsByReason.Count == 0 ? "none" : string.Join(", ", now.HoldsByReason.Select(Hold)))}");
    }

    private static string Server(ServerStatus server) =>
        (server.Connected ? "session open" : "NO SESSION") + (server.Model is null ? "" : $", {server.Model} {ModelHash.Short(server.Hash ?? "")}{(server.Trained ? "" : ", UNTRAINED")}");

    private static string Hold(KeyValuePair<string, HoldEntry> hold) => string.Create(CultureInfo.InvariantCulture, $"{hold.Key} {hold.Value.Count} x, {hold.Value.Seconds:0.0} s");
}
