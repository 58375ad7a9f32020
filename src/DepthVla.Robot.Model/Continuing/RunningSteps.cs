using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Continuing;

/// <summary>The plans being executed as the network sees them, and how much of each binds.</summary>
/// <param name="Method">How the chunks go on from them; not <see cref="ContinuationMethod.None"/>.</param>
/// <param name="Actions">[B, H, action_dim], normalised; zero beyond what there is.</param>
/// <param name="Rows">One a row of the batch.</param>
internal sealed record RunningSteps(ContinuationMethod Method, Tensor Actions, ImmutableArray<RunningRow> Rows)
{
    /// <summary>[B, H, 1]: 1 for committed steps, 0 for the others.</summary>
    internal Tensor Binding() => Weights((row, step) => step < row.Committed ? 1 : 0);

    /// <summary>[B, H, 1]: 1 for committed steps, falling to 0 over those that the running plan still has (RTC, equation 5).</summary>
    internal Tensor Pull() => Weights((row, step) =>
    {
        if (step < row.Committed) return 1;
        if (step >= row.Steps) return 0;
        var left = (double)(row.Steps - step) / (row.Steps - row.Committed + 1);
        return left * (Math.Exp(left) - 1) / (Math.E - 1);
    });

    /// <summary>[B·H]: the flow time of every step, where given ones stand at their end.</summary>
    internal IReadOnlyList<double> Times(double t)
    {
        var horizon = (int)Actions.Size(1);
        return [.. Rows.SelectMany(row => Enumerable.Range(0, horizon).Select(step => step < row.Committed ? 0 : t))];
    }

    private Tensor Weights(Func<RunningRow, int, double> weight)
    {
        var horizon = (int)Actions.Size(1);
        return Tensor.From<double>([.. Rows.SelectMany(row => Enumerable.Range(0, horizon).Select(step => weight(row, step)))], [Rows.Length, horizon, 1])
            .To(Actions.DType).To(Actions.Device);
    }
}

/// <summary>How much of one running plan there is, and binds.</summary>
/// <param name="Committed">Steps that will have been executed.</param>
/// <param name="Steps">Steps that there are, at least that many.</param>
internal readonly record struct RunningRow(int Committed, int Steps)
{
    /// <summary>As many bind as there are and the robot says, and never the whole chunk, of which something has to be left to decide.</summary>
    /// <param name="running">What the robot said.</param>
    /// <param name="horizon">Steps a chunk.</param>
    /// <param name="trained">The most that the network was trained to be given; null where that does not matter.</param>
    internal static RunningRow Of(RunningPlan running, int horizon, int? trained)
    {
        var steps = Math.Min(running.Steps, horizon);
        return new(Math.Min(Math.Min(running.Committed, steps), Math.Min(horizon - 1, trained ?? int.MaxValue)), steps);
    }
}
