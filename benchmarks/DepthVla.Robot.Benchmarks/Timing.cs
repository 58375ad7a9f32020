using System.Diagnostics;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Times something over and over. The median is reported, and the least: a shared machine only ever adds.</summary>
internal readonly record struct Timing(double MedianMs, double MinMs, double P95Ms, double P99Ms)
{
    internal static Timing Of(Action work, int warmUps, int rounds)
    {
        for (var i = 0; i < warmUps; i++) work();
        var samples = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return Of(samples);
    }

    internal static Timing Of(double[] milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return new(sorted[sorted.Length / 2], sorted[0], sorted[(int)(0.95 * (sorted.Length - 1))], sorted[(int)(0.99 * (sorted.Length - 1))]);
    }
}
