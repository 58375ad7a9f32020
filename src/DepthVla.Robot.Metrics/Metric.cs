namespace DepthVla.Robot.Metrics;

/// <summary>A metric as Prometheus knows it. Declared once: what is served, and every dashboard, says its name through this.</summary>
/// <param name="Name">Its name, with the unit at its end.</param>
/// <param name="Help">What it tells, in a sentence.</param>
/// <param name="Label">Its label, where it has one.</param>
public sealed record Metric(string Name, string Help, string Label = "");
