using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Watching.Status;

namespace DepthVla.Robot.Server.Dashboard;

/// <summary>Puts together what the server is doing at this moment, from the very histograms that <c>/metrics</c> shows. Any thread.</summary>
internal sealed class StatusReader(MetricsHistory history, ServerMetrics metrics, ServingState state, ServedModels models, Admission admission)
{
    private const double Objective = 0.21;

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    public ServerStatus Read()
    {
        var (now, moments, serving) = (history.Now, history.Moments, state.Now);
        var began = moments.Count > 0 ? moments[0] : now;
        var before = moments.LastOrDefault(moment => now.TimeNs - moment.TimeNs >= Lately.TotalNanoseconds) ?? began;
        return new()
        {
            Phase = serving.Phase.ToString().ToLowerInvariant(),
            Version = ServerMetrics.Version,
            Seconds = (now.TimeNs - history.StartNs) * 1e-9,
            Models = [.. models.All.Where(model => model.Policy is not null).Select(Of)],
            ObjectiveMs = 1000 * Objective,
            LatelyS = (now.TimeNs - before.TimeNs) * 1e-9,
            Latency = Of(now.Latency, before.Latency),
            Stages = [.. Stages(now, before)],
            BatchMean = now.Batch.Since(before.Batch).Mean,
            Observations = Counts(metrics.Observations),
            DeadlineMissed = Counts(metrics.DeadlineMissed),
            Rejected = Counts(metrics.Rejected),
            Robots = [.. admission.Robots.Select(Of)],
            Gpu = GpuState.Read(models.First.Policy) is { } device ? new(device.Name, device.MemoryUsedBytes, device.MemoryBytes, device.Utilization) : null,
            Timeline = TimelineOf([.. moments, now]),
        };
    }

    // In the order of the way, not of the labels.
    private IEnumerable<StageStatus> Stages(MetricsMoment now, MetricsMoment before)
    {
        yield return new("age", Of(now.Age, before.Age));
        yield return new("queue", Of(now.Queue, before.Queue));
        var names = metrics.Inference.Members.Select(member => member.Key).ToList();
        for (var stage = Stage.Decode; stage <= Stage.Total; stage++)
        {
            var place = names.IndexOf(ServerMetrics.Name(stage));
            if (now.Stages[place].Count > 0) yield return new(names[place], Of(now.Stages[place], before.Stages[place]));
        }
    }

    private static Spread Of(Buckets now, Buckets before) => new(Of(now.Since(before)), Of(now));

    private static Percentiles Of(Buckets read) => new(read.Count, 1000 * read.Mean, 1000 * read.Quantile(0.5), 1000 * read.Quantile(0.95), 1000 * read.Quantile(0.99),
        read.Count == 0 ? 1 : (double)read.AtMost(Objective) / read.Count);

    private static ModelStatus Of(ServedModel model) => Of(model.Name, model.Policy!, model.Costs);

    private static ModelStatus Of(string name, PolicyInfo policy, CostModel costs) => new(
        name, policy.Name, policy.ModelHash, policy.NormalizationHash, policy.Precision, policy.Device, policy.Parameters, policy.Trained, policy.Horizon, policy.StepRateHz, policy.HasDepth, Finite(costs.Capacity));

    private static RobotStatus Of(RobotSession session)
    {
        var (doing, seen) = (session.Activity, session.Activity.Seen);
        return new(session.Contract.RobotId, session.Model.Name, seen?.Instruction ?? "", seen?.Mode?.ToString().ToLowerInvariant(), doing.RateHz, Finite(session.PromisedRateHz), doing.SilentSeconds,
            (seen?.BudgetNs ?? 0) * 1e-6, doing.Missed, Of(doing.Latency.Read()), [.. session.Contract.Cameras.Select(camera => camera.Name)], seen?.Sequence ?? 0, doing.Depth?.Sequence);
    }

    private static Timeline TimelineOf(IReadOnlyList<MetricsMoment> moments)
    {
        var steps = moments.Zip(moments.Skip(1), (from, to) => (Latency: to.Latency.Since(from.Latency), Missed: to.Missed - from.Missed)).ToList();
        return new(MetricsHistory.Step.TotalSeconds, [.. steps.Select(step => step.Latency.Count)], [.. steps.Select(step => 1000 * step.Latency.Quantile(0.5))],
            [.. steps.Select(step => 1000 * step.Latency.Quantile(0.99))], [.. steps.Select(step => step.Missed)]);
    }

    private static Dictionary<string, long> Counts(Family<Counter> family) => family.Members.ToDictionary(member => member.Key, member => member.Value.Value);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
