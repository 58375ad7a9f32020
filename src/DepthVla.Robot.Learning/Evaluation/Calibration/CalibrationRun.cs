using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Evaluation.Calibration;

/// <summary>Finds the scales of 8-bit products over recorded frames, and whether the chunks stay what they were.</summary>
public static class CalibrationRun
{
    /// <summary>Asks about every frame twice: in the checkpoint's own type, watching what comes into each product, then in 8 bits. Writes the scales if all chunks agree.</summary>
    /// <param name="checkpoint">Its folder; float8.json goes there.</param>
    /// <param name="data">The dataset's folder.</param>
    /// <param name="most">Frames at most, evenly spread over all episodes.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Is told how many answers there are, of how many.</param>
    /// <param name="stop">Ends the run; nothing is written then.</param>
    /// <exception cref="DatasetException">The folder is no dataset, or lacks the policy's cameras.</exception>
    /// <exception cref="CheckpointException">The checkpoint cannot be used.</exception>
    public static CalibrationReport Run(string checkpoint, string data, int most, TorchDevice device, Action<int, int> progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var (ranges, answered) = (new InputRanges(), 0);
        Observation[] frames;
        double[][] expected;
        string hash;
        double[][] Answers(DepthVlaPolicy policy) => [.. frames.Select(frame =>
        {
            stop.ThrowIfCancellationRequested();
            var answer = policy.InferNormalized(frame);
            progress(++answered, 2 * frames.Length);
            return answer;
        })];

        // Watching reads numbers back in the middle of the work, which no recording can.
        using (var stored = DepthVlaPolicy.Load(checkpoint, device, new() { Engine = InferenceEngine.Eager, Watcher = ranges }))
        {
            frames = [.. Frames(data, stored.Info, most)];
            (expected, hash) = (Answers(stored), stored.Info.ModelHash);
        }

        using var float8 = DepthVlaPolicy.Load(checkpoint, device, new() { Products = ProductPrecision.Float8, Ranges = ranges });
        double[] cosines = [.. expected.Zip(Answers(float8), (one, other) => Likeness.Cosine<double>(one, other))];
        var report = new CalibrationReport(frames.Length, cosines.Min(), cosines.Average(), ranges.Largest.Count);
        if (report.IsAccepted)
        {
            Float8File.Write(checkpoint, new() { ModelHash = hash, Frames = report.Frames, LeastCosine = report.LeastCosine, LargestInputs = new(ranges.Largest) });
        }

        return report;
    }

    private static IEnumerable<Observation> Frames(string folder, PolicyInfo policy, int most)
    {
        using var dataset = LeRobotDataset.Open(folder);
        var missing = policy.Cameras.Except(dataset.Info.Cameras.Select(c => c.Name)).ToArray();
        if (missing.Length > 0) throw new DatasetException($"{folder}: cameras", string.Join(", ", policy.Cameras), $"none named {string.Join(", ", missing)}", "name data of the policy's cameras");
        var all = dataset.Episodes.Sum(e => e.Length);
        var (every, seen, taken) = (Math.Max(1.0, (double)all / most), 0, 0);
        foreach (var episode in dataset.ReadEpisodes(dataset.Episodes.Select(e => e.Index), _ => { }, new ReadOptions { DecodePictures = false }))
        {
            foreach (var frame in episode.Frames)
            {
                if (seen++ < taken * every) continue;
                yield return FrameObservation.Of(frame, frame.Instruction ?? episode.Instruction, policy, ++taken);
            }
        }

        if (taken == 0) throw new DatasetException($"{folder}: episodes", "at least one whole frame", "none", "name a dataset with episodes");
    }
}
