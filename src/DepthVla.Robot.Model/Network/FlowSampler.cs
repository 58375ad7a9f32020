using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>Follows the learned flow from noise (t = 1) to actions (t = 0) in equal Euler steps.</summary>
internal static class FlowSampler
{
    /// <summary>x ← x − v(x, t)/N at t = 1, 1 − 1/N, … 1/N; x [B, H, action_dim] stays in float32.</summary>
    /// <param name="noise">[B, H, action_dim], N(0, 1)</param>
    /// <param name="steps">N</param>
    /// <param name="velocity">v(x, t)</param>
    internal static Tensor Sample(Tensor noise, int steps, Func<Tensor, double, Tensor> velocity)
    {
        using var scope = new TensorScope();
        var x = noise;
        for (var step = 0; step < steps; step++)
        {
            using var inner = new TensorScope();
            x = inner.Keep(x.Minus(velocity(x, 1 - (double)step / steps), 1.0 / steps));
        }

        return scope.Keep(x);
    }
}
