using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Continuing;

/// <summary>The plan being executed as the network sees it, and how much of it binds.</summary>
/// <param name="Method">How the chunk goes on from it; not <see cref="ContinuationMethod.None"/>.</param>
/// <param name="Actions">[1, H, action_dim], normalised; zero beyond <paramref name="Steps"/>.</param>
/// <param name="Committed">Steps that will have been executed.</param>
/// <param name="Steps">Steps that there are, at least that many.</param>
internal sealed record RunningSteps(ContinuationMethod Method, Tensor Actions, int Committed, int Steps)
{
    /// <summary>How many steps may bind: those there are, and never the whole chunk, of which something has to be left to decide.</summary>
    /// <param name="running">What the robot said.</param>
    /// <param name="horizon">Steps a chunk.</param>
    /// <param name="trained">The most that the network was trained to be given; null where that does not matter.</param>
    internal static int Bound(RunningPlan running, int horizon, int? trained) =>
        Math.Min(running.Committed, Math.Min(Math.Min(running.Steps, horizon - 1), trained ?? int.MaxValue));

    /// <summary>[1, H, 1]: 1 for committed steps, 0 for the others.</summary>
    internal Tensor Binding() => Weights(step => step < Committed ? 1 : 0);

    /// <summary>[1, H, 1]: 1 for committed steps, falling to 0 over those that the running plan still has (RTC, equation 5).</summary>
    internal Tensor Pull() => Weights(step =>
    {
        if (step < Committed) return 1;
        if (step >= Steps) return 0;
        var left = (double)(Steps - step) / (Steps - Committed + 1);
        return left * (Math.Exp(left) - 1) / (Math.E - 1);
    });

    private Tensor Weights(Func<int, double> weight)
    {
        var horizon = Actions.Size(1);
        return Tensor.From<double>([.. Enumerable.Range(0, (int)horizon).Select(weight)], [1, horizon, 1]).To(Actions.DType).To(Actions.Device);
    }
}
