using System.Globalization;
using DepthVla.Robot.Learning.Configuration;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>What the log of a training run comes to.</summary>
/// <param name="Steps">Steps made.</param>
/// <param name="Seconds">How long they took, s; pauses between sessions not counted.</param>
/// <param name="Flow">L_flow of the last validation; NaN without one.</param>
/// <param name="Depth">L_si of the last validation.</param>
internal readonly record struct RunLog(long Steps, double Seconds, double Flow, double Depth)
{
    /// <summary>Of a run's folder; nothing where there is none yet.</summary>
    internal static RunLog Of(string run)
    {
        var file = Path.Combine(run, "losses.csv");
        if (!File.Exists(file)) return new(0, 0, double.NaN, double.NaN);
        var batch = LearningJson.Read<TrainingConfig>(Path.Combine(run, StudyRun.ConfigFile)).Batch;
        var log = new RunLog(0, 0, double.NaN, double.NaN);
        var lines = File.ReadAllLines(file).Select(line => line.Split(',')).ToArray();
        int Column(string name) => Array.IndexOf(lines[0], name);
        var (flow, depth, rate) = (Column("flow"), Column("depth"), Column("samples_per_second"));
        foreach (var row in lines[1..])
        {
            var step = long.Parse(row[0], CultureInfo.InvariantCulture);
            log = row[1] == "validation"
                ? log with { Flow = Number(row[flow]), Depth = Number(row[depth]) }
                : log with { Steps = step, Seconds = log.Seconds + (step - log.Steps) * batch / Number(row[rate]) };
        }

        return log;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
