using System.Globalization;
using System.Text;

namespace DepthVla.Robot.Server.Metrics;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Counters(string name, string help, Family<Counter> family)
    {
        Head(name, "counter", help);
        foreach (var (value, counter) in family.Members) Sample(name, counter.Value, (family.Label, value));
    }

    public void Gauges(string name, string help, Family<Gauge> family)
    {
        Head(name, "gauge", help);
        foreach (var (value, gauge) in family.Members) Sample(name, gauge.Value, (family.Label, value));
    }

    /// <summary>A gauge of one that carries facts as labels.</summary>
    public void Info(string name, string help, params ReadOnlySpan<(string Label, string Value)> facts)
    {
        Head(name, "gauge", help);
        Sample(name, 1, facts);
    }

    public void Histogram(string name, string help, Histogram histogram)
    {
        Head(name, "histogram", help);
        Buckets(name, histogram, []);
    }

    public void Histograms(string name, string help, Family<Histogram> family)
    {
        Head(name, "histogram", help);
        foreach (var (value, histogram) in family.Members) Buckets(name, histogram, [(family.Label, value)]);
    }

    public override string ToString() => _text.ToString();

    private void Head(string name, string type, string help) => _text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

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
