using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>Takes the time of an inference's stages. For one thread.</summary>
internal interface IStageClock
{
    /// <summary>Runs <paramref name="work"/> as part of <paramref name="stage"/>.</summary>
    T Measure<T>(Stage stage, Func<T> work);

    /// <summary>Adds what was measured otherwise.</summary>
    void Add(Stage stage, TimeSpan time);
}

/// <summary>By the host's clock, device work included: waits for it after each stage.</summary>
internal sealed class StageClock(TorchDevice device) : IStageClock
{
    private StageTimings _timings;

    internal StageTimings Timings => _timings;

    public T Measure<T>(Stage stage, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        device.Synchronize();
        Add(stage, Stopwatch.GetElapsedTime(start));
        return result;
    }

    public void Add(Stage stage, TimeSpan time) => _timings.Add(stage, (long)time.TotalNanoseconds);
}
