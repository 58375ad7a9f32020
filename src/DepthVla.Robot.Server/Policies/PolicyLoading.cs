using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Policies;

/// <summary>From nothing to ready: load, warm up, check, announce. Blocks.</summary>
internal sealed class PolicyLoading(ServedModels models, IPolicyLoader loader, ServingState state, ServerOptions options, MonotonicClock clock, ILogger<PolicyLoading> logger)
{
    /// <summary>Loads every model, one after the other, and says that the server is ready; false when one could not be loaded, which is logged and announced, for all that cannot.</summary>
    /// <exception cref="OperationCanceledException">The server is going away.</exception>
    public bool Load(CancellationToken cancellationToken)
    {
        var failed = models.All.Count(model => !TryLoad(model, cancellationToken));
        if (failed > 0)
        {
            state.Fail();
            return false;
        }

        WireRehearsal.Perform();
        logger.Ready(string.Join(", ", models.All.Select(model => $"{model.Name} is {model.Policy!.Name} {model.Policy.ModelHash}")));
        state.Ready();
        return true;
    }

    private bool TryLoad(ServedModel model, CancellationToken cancellationToken)
    {
        IPolicy? policy = null;
        try
        {
            logger.Loading(model.Name);
            if (model != models.First && MemoryCheck.Fault(model.Checkpoint, options.Device) is { } shortage) throw new InvalidOperationException(shortage);
            var beganNs = clock.NowNs;
            policy = loader.LoadAsync(model.Checkpoint, cancellationToken).GetAwaiter().GetResult();
            var loadedNs = clock.NowNs;
            var warm = new WarmPolicy(policy, PolicyWarmUp.Run(policy, options.MaxBatch, step => step(), cancellationToken));
            if (loader.Fault(model.Checkpoint, policy) is { } fault) throw new InvalidOperationException(fault);
            var info = policy.Info;
            model.Costs.Begin(warm.Seconds);
            (model.Loaded.Served, model.Policy) = (warm, info);
            logger.Loaded(model.Name, info.Name, info.Parameters, info.Precision, info.Device, info.ModelHash, info.NormalizationHash,
                (loadedNs - beganNs) / 1_000_000, (clock.NowNs - loadedNs) / 1_000_000);
            logger.Costs(model.Name, model.Costs.Capacity, 1000 * model.Costs.SecondsOfOne, model.Costs.MaxBatch);
            if (!info.Trained) logger.Untrained(model.Name);
            return true;
        }
        catch (Exception e)
        {
            (policy as IDisposable)?.Dispose();
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested) throw;
            logger.LoadFailed(model.Name, model.Checkpoint, e);
            return false;
        }
    }
}
