using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Diffusion;

/// <summary>From noise to actions in few steps without randomness: DDIM (Song et al., arXiv 2010.02502), η = 0.</summary>
internal static class DdimSampler
{
    // Of normalised actions. The first guesses divide by very little.
    private const double Largest = 5;

    /// <summary>At equally spaced levels, the last of them 0; x [B, H, action_dim] stays in float32.</summary>
    /// <param name="noise">[B, H, action_dim], N(0, 1)</param>
    /// <param name="steps">How many; not more than levels.</param>
    /// <param name="schedule">Of training.</param>
    /// <param name="epsilon">ε(x, time): the noise that the network sees in x.</param>
    internal static Tensor Sample(Tensor noise, int steps, NoiseSchedule schedule, Func<Tensor, double, Tensor> epsilon)
    {
        using var scope = new TensorScope();
        var (x, stride) = (noise, schedule.Levels / steps);
        for (var step = steps - 1; step >= 0; step--)
        {
            using var inner = new TensorScope();
            var (level, next) = (step * stride, (step - 1) * stride);
            var (signal, left) = (schedule.Signal(level), schedule.Signal(next));
            var seen = epsilon(x, schedule.Time(level));
            var actions = ((x - seen * Math.Sqrt(1 - signal)) * (1 / Math.Sqrt(signal))).Clamp(-Largest, Largest);
            x = inner.Keep(actions * Math.Sqrt(left) + seen * Math.Sqrt(1 - left));
        }

        return scope.Keep(x);
    }
}
