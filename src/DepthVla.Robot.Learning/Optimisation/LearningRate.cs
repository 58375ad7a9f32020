namespace DepthVla.Robot.Learning.Optimisation;

/// <summary>A linear rise, then half a cosine down to a share of the peak. Pure.</summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="WarmUpSteps">Steps of the rise.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="FinalShare">What is left of the peak at the end, 0 to 1.</param>
internal readonly record struct LearningRate(double Peak, int WarmUpSteps, int Steps, double FinalShare)
{
    /// <summary>The rate of step <paramref name="step"/>, counted from 0.</summary>
    internal double At(long step)
    {
        if (step < WarmUpSteps) return Peak * (step + 1) / WarmUpSteps;
        var share = Math.Min(1, (double)(step - WarmUpSteps) / Math.Max(1, Steps - WarmUpSteps));
        return Peak * (FinalShare + (1 - FinalShare) * 0.5 * (1 + Math.Cos(Math.PI * share)));
    }
}
