using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Losses;

/// <summary>The flow-matching loss of π0 (openpi profile): t = 1 is noise, t = 0 the action, and the path between them is straight.</summary>
internal static class FlowMatching
{
    /// <summary>A training time from a uniform number in (0, 1): 0.999·Beta(1.5, 1) + 0.001, which favours noise.</summary>
    // The distribution function of Beta(1.5, 1) is x^1.5.
    internal static double Time(double uniform) => 0.999 * Math.Pow(uniform, 1 / 1.5) + 0.001;

    /// <summary>x_t = t·ε + (1 − t)·a; all [N, H, action_dim], times [N, 1 or H, 1].</summary>
    internal static Tensor Noisy(Tensor noise, Tensor actions, Tensor times) => actions + times * (noise - actions);

    /// <summary>mean (ε − a − v)², over the elements that <paramref name="weights"/> (1 or 0, same shape) counts; over all when it is null.</summary>
    internal static Tensor Loss(Tensor velocity, Tensor noise, Tensor actions, Tensor? weights)
    {
        var error = noise - actions - velocity;
        var squared = error * error;
        return weights is null ? squared.Mean() : (squared * weights).Sum() / weights.Sum();
    }
}
