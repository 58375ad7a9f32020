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
    public void Counter(string name, string help, double value)
    {
        Head(name, "counter", help);
        Sample(name, value);
    }

    /// <summary>One counter for each value of a label.</summary>
    public void Counters(string name, string help, string label, IEnumerable<(string Value, double Count)> members) => Each(name, "counter", help, label, members);

    /// <summary>A family of counters.</summary>
    public void Counters(string name, string help, Family<Counter> family) => Counters(name, help, family.Label, family.Members.Select(m => (m.Key, (double)m.Value.Value)));

    /// <summary>A gauge without labels.</summary>
    public void Gauge(string name, string help, double value)
    {
        Head(name, "gauge", help);
        Sample(name, value);
    }

    /// <summary>One gauge for each value of a label.</summary>
    public void Gauges(string name, string help, string label, IEnumerable<(string Value, double Level)> members) => Each(name, "gauge", help, label, members);

    /// <summary>A family of gauges.</summary>
    public void Gauges(string name, string help, Family<Gauge> family) => Gauges(name, help, family.Label, family.Members.Select(m => (m.Key, (double)m.Value.Value)));

    /// <summary>A gauge of one that carries facts as labels.</summary>
    public void Info(string name, string help, params ReadOnlySpan<(string Label, string Value)> facts)
    {
        Head(name, "gauge", help);
        Sample(name, 1, facts);
    }

    /// <summary>A histogram without labels.</summary>
    public void Histogram(string name, string help, Histogram histogram)
    {
        Head(name, "histogram", help);
        Buckets(name, histogram, []);
    }

    /// <summary>A family of histograms.</summary>
    public void Histograms(string name, string help, Family<Histogram> family)
    {
        Head(name, "histogram", help);
        foreach (var (value, histogram) in family.Members) Buckets(name, histogram, [(family.Label, value)]);
    }

    /// <summary>A histogram that somebody else counted.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it counts.</param>
    /// <param name="edges">The buckets' upper edges, rising.</param>
    /// <param name="atMost">How many values did not exceed an edge.</param>
    /// <param name="count">How many values there were.</param>
    /// <param name="sum">All of them together.</param>
    public void Histogram(string name, string help, ReadOnlySpan<double> edges, Func<double, long> atMost, long count, double sum)
    {
        Head(name, "histogram", help);
        foreach (var edge in edges) Sample(name + "_bucket", atMost(edge), ("le", Number(edge)));
        Sample(name + "_bucket", count, ("le", "+Inf"));
        Sample(name + "_sum", sum);
        Sample(name + "_count", count);
    }

    /// <summary>All that was written.</summary>
    public override string ToString() => _text.ToString();

    private void Head(string name, string type, string help) => _text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private void Each(string name, string type, string help, string label, IEnumerable<(string Value, double Number)> members)
    {
        Head(name, type, help);
        foreach (var (value, number) in members) Sample(name, number, (label, value));
    }

    private void Buckets(string name, Histogram histogram, ReadOnlySpan<(string Label, string Value)> labels)
    {
        var below = 0L;
        for (var i = 0; i <= Metrics.Histogram.EdgesSeconds.Length; i++)
        {
            below += histogram.Count(i);
            var edge = i < Metrics.Histogram.EdgesSeconds.Length ? Number(Metrics.Histogram.EdgesSeconds[i]) : "+Inf";
            Sample(name + "_bucket", below, [.. labels, ("le", edge)]);
        }

        Sample(name + "_sum", histogram.SumSeconds, labels);
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
