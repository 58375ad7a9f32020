using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>Records how long each stage of one inference took, device work included. For one thread.</summary>
internal sealed class StageClock(TorchDevice device)
{
    private StageTimings _timings;

    internal StageTimings Timings => _timings;

    /// <summary>Runs <paramref name="work"/> as part of <paramref name="stage"/>.</summary>
    internal T Measure<T>(Stage stage, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        device.Synchronize();
        _timings.Add(stage, (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        return result;
    }
}
