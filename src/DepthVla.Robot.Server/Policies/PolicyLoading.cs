using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Policies;

/// <summary>From nothing to ready: load, warm up, check, announce. Blocks.</summary>
internal sealed class PolicyLoading(IPolicyLoader loader, ServingState state, CostModel costs, ServerOptions options, MonotonicClock clock, ILogger<PolicyLoading> logger)
{
    /// <summary>The policy, ready; or null when it could not be loaded, which is logged and announced.</summary>
    /// <exception cref="OperationCanceledException">The server is going away.</exception>
    public WarmPolicy? Load(CancellationToken cancellationToken)
    {
        IPolicy? policy = null;
        try
        {
            logger.Loading();
            var beganNs = clock.NowNs;
            policy = loader.LoadAsync(options.Checkpoint, cancellationToken).GetAwaiter().GetResult();
            var loadedNs = clock.NowNs;
            var warm = new WarmPolicy(policy, PolicyWarmUp.Run(policy, options.MaxBatch, step => step(), cancellationToken));
            costs.Begin(warm.Seconds);
            if (loader.Fault(options.Checkpoint, policy) is { } fault) throw new InvalidOperationException(fault);
            WireRehearsal.Perform();
            var info = policy.Info;
            logger.Ready(info.Name, info.Parameters, info.Precision, info.Device, info.ModelHash, info.NormalizationHash,
                (loadedNs - beganNs) / 1_000_000, (clock.NowNs - loadedNs) / 1_000_000);
            logger.Costs(costs.Capacity, 1000 * costs.SecondsOfOne, costs.MaxBatch);
            if (!info.Trained) logger.Untrained();
            state.Ready(info);
            return warm;
        }
        catch (Exception e)
        {
            (policy as IDisposable)?.Dispose();
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested) throw;
            logger.LoadFailed(e);
            state.Fail();
            return null;
        }
    }
}
