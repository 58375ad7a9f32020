using System.Collections.Concurrent;
using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Writing;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>Generates a dataset with several worlds side by side. A run that was ended goes on where it stopped.</summary>
public static class DemonstrationRun
{
    /// <summary>Writes what is missing of the plan into <paramref name="folder"/>.</summary>
    /// <param name="folder">Of the dataset.</param>
    /// <param name="plan">What to make. The same plan gives the same dataset, whatever the number of workers.</param>
    /// <param name="workers">Threads, each with a world and a renderer.</param>
    /// <param name="progress">Is told how many episodes and frames there are, of how many episodes.</param>
    /// <param name="stop">Ends the run after the episode being written.</param>
    /// <exception cref="ArgumentException">A scene of the plan lacks one of its cameras.</exception>
    public static void Generate(string folder, DemonstrationPlan plan, int workers, Action<int, long, int> progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        plan.ThrowIfUnusable();
        using var writer = DatasetWriter.Open(folder, plan.Spec);
        var total = Demonstrator.Count(plan);
        var (next, ahead) = (writer.Count - 1, new SemaphoreSlim(2 * workers));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var made = new ConcurrentDictionary<int, TaskCompletionSource<(string Instruction, ImmutableArray<EpisodeFrame> Frames)>>();
        TaskCompletionSource<(string Instruction, ImmutableArray<EpisodeFrame> Frames)> Place(int episode) => made.GetOrAdd(episode, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(() => Work(ending.Token)) { IsBackground = true, Name = "demonstrations" }).ToArray();
        foreach (var thread in threads) thread.Start();
        try
        {
            while (writer.Count < total && !stop.IsCancellationRequested)
            {
                var episode = writer.Count;
                var (instruction, frames) = Place(episode).Task.WaitAsync(stop).GetAwaiter().GetResult();
                made.TryRemove(episode, out _);
                ahead.Release();
                writer.Append(instruction, frames);
                progress(writer.Count, writer.Frames, total);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            ending.Cancel();
            foreach (var thread in threads) thread.Join();
        }

        void Work(CancellationToken end)
        {
            try
            {
                using var demonstrator = new Demonstrator(plan);
                while (true)
                {
                    ahead.Wait(end);
                    var episode = Interlocked.Increment(ref next);
                    if (episode >= total) return;
                    Place(episode).TrySetResult(demonstrator.Episode(episode));
                }
            }
            catch (OperationCanceledException)
            {
            }
            catch (Exception e)
            {
                Place(writer.Count).TrySetException(e);
            }
        }
    }
}
