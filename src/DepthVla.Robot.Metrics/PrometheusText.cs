using System.Globalization;
using System.Text;

namespace DepthVla.Robot.Metrics;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4. One thread; allocates.</summary>
public sealed class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>A counter without labels.</summary>
    public void Counter(Metric metric, double value)
    {
        Head(metric, "counter");
        Sample(metric.Name, value);
    }

    /// <summary>One counter for each value of a label.</summary>
    public void Counters(Metric metric, IEnumerable<(string Value, double Count)> members) => Each(metric, "counter", members);

    /// <summary>A family of counters.</summary>
    public void Counters(Metric metric, Family<Counter> family) => Counters(metric, family.Members.Select(m => (m.Key, (double)m.Value.Value)));

    /// <summary>A gauge without labels.</summary>
    public void Gauge(Metric metric, double value)
    {
        Head(metric, "gauge");
        Sample(metric.Name, value);
    }

    /// <summary>One gauge for each value of a label.</summary>
    public void Gauges(Metric metric, IEnumerable<(string Value, double Level)> members) => Each(metric, "gauge", members);

    /// <summary>A family of gauges.</summary>
    public void Gauges(Metric metric, Family<Gauge> family) => Gauges(metric, family.Members.Select(m => (m.Key, (double)m.Value.Value)));

    /// <summary>A gauge of one that carries facts as labels.</summary>
    public void Info(Metric metric, params (string Label, string Value)[] facts) => Infos(metric, [facts]);

    /// <summary>One such gauge for each of several.</summary>
    public void Infos(Metric metric, IEnumerable<(string Label, string Value)[]> all)
    {
        Head(metric, "gauge");
        foreach (var facts in all) Sample(metric.Name, 1, facts);
    }

    /// <summary>A histogram without labels.</summary>
    public void Histogram(Metric metric, Histogram histogram)
    {
        Head(metric, "histogram");
        Write(metric.Name, histogram.Read(), []);
    }

    /// <summary>A family of histograms.</summary>
    public void Histograms(Metric metric, Family<Histogram> family)
    {
        Head(metric, "histogram");
        foreach (var (value, histogram) in family.Members) Write(metric.Name, histogram.Read(), [(family.Label, value)]);
    }

    /// <summary>A histogram that somebody else counted.</summary>
    /// <param name="metric">What it counts.</param>
    /// <param name="edges">The buckets' upper edges, rising.</param>
    /// <param name="atMost">How many values did not exceed an edge.</param>
    /// <param name="count">How many values there were.</param>
    /// <param name="sum">All of them together.</param>
    public void Histogram(Metric metric, ReadOnlySpan<double> edges, Func<double, long> atMost, long count, double sum)
    {
        Head(metric, "histogram");
        foreach (var edge in edges) Sample(metric.Name + "_bucket", atMost(edge), ("le", Number(edge)));
        Sample(metric.Name + "_bucket", count, ("le", "+Inf"));
        Sample(metric.Name + "_sum", sum);
        Sample(metric.Name + "_count", count);
    }

    /// <summary>All that was written.</summary>
    public override string ToString() => _text.ToString();

    private void Head(Metric metric, string type) => _text.Append($"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} {type}\n");

    private void Each(Metric metric, string type, IEnumerable<(string Value, double Number)> members)
    {
        Head(metric, type);
        foreach (var (value, number) in members) Sample(metric.Name, number, (metric.Label, value));
    }

    private void Write(string name, Buckets buckets, ReadOnlySpan<(string Label, string Value)> labels)
    {
        var below = 0L;
        for (var i = 0; i < buckets.Counts.Length; i++)
        {
            below += buckets.Counts[i];
            Sample(name + "_bucket", below, [.. labels, ("le", i < buckets.Edges.Length ? Number(buckets.Edges[i]) : "+Inf")]);
        }

        Sample(name + "_sum", buckets.Sum, labels);
        Sample(name + "_count", below, labels); // the buckets' own sum, so the two always agree
    }

    private void Sample(string name, double value, params ReadOnlySpan<(string Label, string Value)> labels)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Label).Append("=\"").Append(Escape(labels[i].Value)).Append('"');
        }

        _text.Append(labels.IsEmpty ? " " : "} ").Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) =>
        value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
