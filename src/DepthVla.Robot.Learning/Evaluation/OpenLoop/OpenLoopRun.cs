using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;

namespace DepthVla.Robot.Learning.Evaluation.OpenLoop;

/// <summary>Asks a policy about recorded frames that it was not trained on, and compares its chunks with the recorded ones. Nothing moves.</summary>
public static class OpenLoopRun
{
    /// <summary>Runs until all frames are answered or <paramref name="stop"/>; then what there is so far.</summary>
    /// <param name="folder">Of the dataset.</param>
    /// <param name="policy">Who is asked, on the calling thread.</param>
    /// <param name="control">What was taken from it; only noted.</param>
    /// <param name="options">Which frames.</param>
    /// <param name="progress">Is told how many frames are answered, of how many.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="DatasetException">The folder is no dataset, or not of this robot and its cameras.</exception>
    public static OpenLoopReport Run(
        string folder, IPolicy policy, PolicyControl control, OpenLoopOptions options, Action<int, int> progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        using var dataset = LeRobotDataset.Open(folder);
        Require(dataset, policy.Info);
        var began = Stopwatch.GetTimestamp();
        var held = EpisodeSplit.Of(dataset.Episodes.Select(e => e.Index), options.ValidationShare, 0).Validation;
        var all = dataset.Episodes.Where(e => held.Contains(e.Index)).Sum(e => e.Length);
        var (every, total) = (Math.Max(1.0, (double)all / options.MostFrames), Math.Min(all, options.MostFrames));
        var (sum, recorded, seen, asked) = (new ErrorSum(policy.Info), new RecordedChunks(policy.Info), 0, 0);
        foreach (var episode in dataset.ReadEpisodes(held, _ => { }, new ReadOptions { DecodePictures = false }))
        {
            for (var i = 0; i < episode.Frames.Length && !stop.IsCancellationRequested; i++)
            {
                var instruction = episode.Frames[i].Instruction ?? episode.Instruction;
                if (seen++ < asked * every || !options.Asks(instruction) || recorded.At(episode, i) is not { } chunk) continue;
                var answer = policy.InferAsync(FrameObservation.Of(episode.Frames[i], instruction, policy.Info, ++asked), stop).AsTask().GetAwaiter().GetResult();
                sum.Add(answer.Actions.Span, chunk, recorded.Still(episode.Frames[i]));
                progress(asked, total);
            }

            if (stop.IsCancellationRequested) break;
        }

        return new OpenLoopReport
        {
            Policy = policy.Info, Control = control, Data = folder, Episodes = held.Length, Frames = sum.Chunks, Errors = sum.Means(),
            Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, Hardware = Hardware.Describe(),
        };
    }

    private static void Require(LeRobotDataset dataset, PolicyInfo policy)
    {
        var missing = policy.Cameras.Except(dataset.Info.Cameras.Select(c => c.Name)).ToArray();
        if (missing.Length > 0)
        {
            var lacking = $"none named {string.Join(", ", missing)}";
            throw new DatasetException($"{dataset.Folder}: cameras", string.Join(", ", policy.Cameras), lacking, "name data of the policy's cameras");
        }

        var (states, actions) = (dataset.Info.State?.Count ?? 0, dataset.Info.Action?.Count ?? 0);
        if (states == policy.Joints.Length && actions == policy.Dims) return;
        var expected = $"{policy.Joints.Length} joints and actions of {policy.Dims} numbers";
        throw new DatasetException($"{dataset.Folder}: features", expected, $"{states} and {actions}", "name data of the policy's robot and actions");
    }
}
