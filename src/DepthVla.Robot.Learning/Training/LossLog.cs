using System.Diagnostics;
using System.Globalization;

namespace DepthVla.Robot.Learning.Training;

/// <summary>A line of the log: means since the line before, or of the validation batches.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="IsValidation">Whether of frames never learned from, under the averaged weights.</param>
/// <param name="LearningRate">Of the last step; 0 for validation.</param>
/// <param name="Flow">L_flow; NaN where there is none, like the others.</param>
/// <param name="Depth">L_si.</param>
/// <param name="Pointer">Of the named object and its goal.</param>
/// <param name="PointerAccuracy">The share found.</param>
/// <param name="Dense">Of the image encoder's tokens.</param>
/// <param name="GradientNorm">Before clipping; NaN for validation.</param>
/// <param name="SamplesPerSecond">Since the line before.</param>
public sealed record LogLine(
    long Step, bool IsValidation, double LearningRate, double Flow, double Depth, double Pointer, double PointerAccuracy, double Dense, double GradientNorm, double SamplesPerSecond)
{
    /// <summary>The mean of |d̂ − d|/d over known depth; NaN for training.</summary>
    public double AbsoluteRelativeError { get; init; } = double.NaN;

    /// <summary>The share of known depth that is less than a quarter off, max(d̂/d, d/d̂) &lt; 1.25; NaN for training.</summary>
    public double Delta { get; init; } = double.NaN;
}

/// <summary>The log of a run as CSV. A run that goes on cuts off what came after its saved state, and appends.</summary>
internal sealed class LossLog : IDisposable
{
    private const string Header = "step,kind,learning_rate,flow,depth,pointer,pointer_accuracy,dense,gradient_norm,absolute_relative_error,delta_1_25,samples_per_second";
    private readonly StreamWriter _file;
    private readonly List<StepReport> _reports = [];
    private long _since = Stopwatch.GetTimestamp();
    private long _samples;
    private double _best = double.PositiveInfinity;
    private int _worse;

    private LossLog(StreamWriter file) => _file = file;

    /// <summary>Opens or begins the log of a run that stands at <paramref name="step"/>.</summary>
    internal static LossLog Open(string path, long step)
    {
        var kept = File.Exists(path) ? File.ReadLines(path).Skip(1).Where(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture) <= step).ToArray() : [];
        File.WriteAllLines(path, [Header, .. kept]);
        var log = new LossLog(new StreamWriter(path, append: true));
        foreach (var line in kept.Select(l => l.Split(',')).Where(l => l[1] == "validation")) log.Compare(double.Parse(line[3], CultureInfo.InvariantCulture), double.Parse(line[4], CultureInfo.InvariantCulture));
        return log;
    }

    /// <summary>A log that nobody reads, for replicas that write no files.</summary>
    internal static LossLog Nowhere() => new(StreamWriter.Null);

    /// <summary>Whether so many validations in a row were no better than the best before; never for 0.</summary>
    internal bool IsSpent(int patience) => patience > 0 && _worse >= patience;

    internal void Add(StepReport report, int samples)
    {
        _reports.Add(report);
        _samples += samples;
    }

    /// <summary>Means of the steps since the last line.</summary>
    internal LogLine WriteTraining()
    {
        var line = Line(_reports[^1].Step, false, [.. _reports.Select(r => r.Losses)]) with
        {
            LearningRate = _reports[^1].LearningRate, GradientNorm = _reports.Average(r => r.GradientNorm), SamplesPerSecond = _samples / Stopwatch.GetElapsedTime(_since).TotalSeconds,
        };
        (_since, _samples) = (Stopwatch.GetTimestamp(), 0);
        _reports.Clear();
        return Write(line);
    }

    internal LogLine WriteValidation(long step, IReadOnlyList<StepLosses> losses)
    {
        var line = Line(step, true, losses);
        Compare(line.Flow, line.Depth);
        return Write(line);
    }

    internal void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private static LogLine Line(long step, bool validation, IReadOnlyCollection<StepLosses> losses) => new(
        step, validation, 0, losses.Average(l => l.Flow), losses.Average(l => l.Depth), losses.Average(l => l.Pointer),
        losses.Average(l => l.PointerAccuracy), losses.Average(l => l.Dense), double.NaN, double.NaN)
    {
        AbsoluteRelativeError = losses.Average(l => l.Scores.AbsoluteRelativeError), Delta = losses.Average(l => l.Scores.Delta),
    };

    private void Compare(double flow, double depth)
    {
        var score = double.IsNaN(flow) ? depth : flow;
        _worse = score < _best ? 0 : _worse + 1;
        _best = Math.Min(_best, score);
    }

    private LogLine Write(LogLine line)
    {
        double[] numbers =
        [
            line.LearningRate, line.Flow, line.Depth, line.Pointer, line.PointerAccuracy, line.Dense, line.GradientNorm, line.AbsoluteRelativeError, line.Delta,
            line.SamplesPerSecond,
        ];
        _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line.Step},{(line.IsValidation ? "validation" : "training")},{string.Join(',', numbers.Select(n => n.ToString("g6", CultureInfo.InvariantCulture)))}"));
        _file.Flush();
        return line;
    }
}
