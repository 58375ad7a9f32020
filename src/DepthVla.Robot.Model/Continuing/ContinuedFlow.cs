using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Continuing;

/// <summary>Follows the flow from noise (t = 1) to actions (t = 0) so that they go on from the plan being executed.</summary>
internal static class ContinuedFlow
{
    /// <summary>The strongest pull (RTC's β).</summary>
    internal const double MaxGuidance = 5;

    /// <summary>x ← x − v(x, t)/N, as <see cref="Network.FlowSampler"/>, the running plan minded; committed steps come out as they were.</summary>
    /// <param name="noise">[B, H, action_dim], N(0, 1)</param>
    /// <param name="steps">N</param>
    /// <param name="running">What is being executed.</param>
    /// <param name="velocity">v(x, t), t one a row or one a step.</param>
    internal static Tensor Sample(Tensor noise, int steps, RunningSteps running, Func<Tensor, IReadOnlyList<double>, Tensor> velocity)
    {
        using var scope = new TensorScope();
        var (binding, pull) = (running.Binding(), running.Pull());
        var x = noise;
        for (var step = 0; step < steps; step++)
        {
            using var inner = new TensorScope();
            var t = 1 - (double)step / steps;
            x = running.Method switch
            {
                // Given steps stand at their end all the time, and the network knows: t = 0 is theirs.
                ContinuationMethod.Prefix => Between(x, running.Actions, binding),
                // On the straight way from noise to where they end: where the flow would have them at t.
                ContinuationMethod.Inpainting => Between(x, running.Actions + (noise - running.Actions) * t, binding),
                _ => x,
            };
            var v = running.Method switch
            {
                ContinuationMethod.Prefix => velocity(x, running.Times(t)),
                ContinuationMethod.Guidance => Guided(x, t, running.Actions, pull, velocity),
                _ => velocity(x, Alike(t, x)),
            };
            x = inner.Keep(x.Minus(v, 1.0 / steps));
        }

        return scope.Keep(Between(x, running.Actions, binding));
    }

    /// <summary>The velocity, turned so that the actions it leads to come nearer to the running plan where that pulls (RTC, equations 2 to 4).</summary>
    /// <remarks>
    /// Where v leads is a(x) = x − t·v(x). The pull is the gradient at x of ½|w ⊙ (running − a)|² with respect to a alone, brought to x through the
    /// network: a vector times its Jacobian. RTC counts time the other way, τ = 1 − t, and its velocity points the other way, too.
    /// </remarks>
    internal static Tensor Guided(Tensor x, double t, Tensor running, Tensor pull, Func<Tensor, IReadOnlyList<double>, Tensor> velocity)
    {
        using var scope = new TensorScope();
        using var grad = GradMode.On();
        var leaf = x.ToLeaf();
        var v = velocity(leaf, Alike(t, x));
        var leadsTo = leaf - v * t;
        var error = ((running - leadsTo) * pull).Detach();
        (leadsTo * error).Sum().Backward([leaf]);
        return scope.Keep((v - leaf.Gradient()! * Strength(t)).Detach());
    }

    /// <summary>min(β, (1 − τ)/(τ·r²)), r² = (1 − τ)²/(τ² + (1 − τ)²).</summary>
    internal static double Strength(double t)
    {
        var tau = 1 - t;
        return tau * t == 0 ? MaxGuidance : Math.Min(MaxGuidance, (tau * tau + t * t) / (tau * t));
    }

    // The same time for every row.
    private static IReadOnlyList<double> Alike(double t, Tensor x) => [.. Enumerable.Repeat(t, (int)x.Size(0))];

    // Where the weight is 1 the other, where 0 the one.
    private static Tensor Between(Tensor one, Tensor other, Tensor weight) => one + (other - one) * weight;
}
