using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Sessions;
using Grpc.Core;

namespace DepthVla.Robot.Server.Models;

/// <summary>What a promotion did.</summary>
/// <param name="Policy">What is served now.</param>
/// <param name="Kept">Sessions that went on.</param>
/// <param name="Ended">Robots whose sessions ended.</param>
internal sealed record Promotion(PolicyInfo Policy, int Kept, IReadOnlyList<string> Ended);

/// <summary>Two places under each name, and who stands in which: loads beside what is served, and exchanges the two between two answers. One change at a time. Thread-safe.</summary>
/// <remarks>Reading, hashing and placing weights have a thread of their own. All that a policy computes is computed on the inference thread, one answer a step, so that a robot waits for one step at most.</remarks>
internal sealed class ModelExchange(
    ServedModels models, IPolicyLoader loader, ModelsFolder folder, InferenceQueue queue, InferencePulse pulse, Admission admission,
    ServerOptions options, MonotonicClock clock, Refusals refusals, IHostApplicationLifetime lifetime, ILogger<ModelExchange> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    /// <summary>Loads a checkpoint beside what is served, in the place of what stood by. Goes on when the caller is gone.</summary>
    /// <param name="name">Under which name; may be empty where there is one.</param>
    /// <param name="path">Relative to the folder of models.</param>
    /// <exception cref="RpcException">It cannot be used; what is served is as it was.</exception>
    public Task<PolicyInfo> LoadAsync(string name, string path) => AloneAsync(async () =>
    {
        admission.RequireReady();
        var model = Find(name);
        if (!folder.IsGiven) throw refusals.Because(StatusCode.FailedPrecondition, Reasons.NoModelsFolder, "This server loads no other model: start it with --models FOLDER, below which the checkpoints are.");
        var checkpoint = folder.Find(path) ?? throw refusals.Because(StatusCode.InvalidArgument, Reasons.ModelPathRefused, $"'{path}' names no checkpoint below the server's folder of models; ListModels names those that there are.");
        await DropAsync(model);
        if (MemoryCheck.Fault(checkpoint, options.Device) is { } fault) throw refusals.Because(StatusCode.ResourceExhausted, Reasons.MemoryShort, $"'{path}' was not loaded: {fault}.");
        try
        {
            var began = clock.NowNs;
            var loaded = await Task.Factory.StartNew(() => Load(model, checkpoint), lifetime.ApplicationStopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            model.Standby = loaded;
            logger.Loaded(model.Name, loaded.Name, loaded.ModelHash, (clock.NowNs - began) / 1_000_000);
            return loaded;
        }
        catch (Exception e) when (e is not (OperationCanceledException or PolicyLostException))
        {
            logger.NotLoaded(path, e);
            throw refusals.Because(StatusCode.FailedPrecondition, Reasons.ModelUnusable, $"'{path}' was not loaded, and what is served goes on. {e.Message}");
        }
    });

    /// <summary>Serves what stands by from the next answer on.</summary>
    /// <param name="name">Under which name; may be empty where there is one.</param>
    /// <param name="policy">The policy's own name, its hash, or the hash's first characters.</param>
    /// <param name="onlyIfFitting">Whether to refuse rather than end a session.</param>
    /// <exception cref="RpcException">It does not stand by, or a session would end; what is served is as it was.</exception>
    public Task<Promotion> PromoteAsync(string name, string policy, bool onlyIfFitting) => AloneAsync(() =>
    {
        var model = Find(name);
        if (model.Standby is { } standby && (policy == standby.Name || (policy.Length >= Math.Min(8, standby.ModelHash.Length) && standby.ModelHash.StartsWith(policy, StringComparison.Ordinal)))) return SwapAsync(model, onlyIfFitting);
        throw refusals.Because(StatusCode.FailedPrecondition, Reasons.ModelUnknown, $"'{policy}' does not stand by as {model.Name}: {(model.Standby is { } other ? $"{other.Name} {other.ModelHash} does" : "nothing does")}. Load it first.");
    });

    /// <summary>Serves what was served before.</summary>
    /// <inheritdoc cref="PromoteAsync"/>
    public Task<Promotion> RollBackAsync(string name, bool onlyIfFitting) => AloneAsync(() => Find(name) is { CanRollBack: true } model ? SwapAsync(model, onlyIfFitting)
        : throw refusals.Because(StatusCode.FailedPrecondition, Reasons.ModelUnknown, "No model that was served before is loaded: nothing was promoted yet, or another was loaded since."));

    public void Dispose() => _one.Dispose();

    private async Task<T> AloneAsync<T>(Func<Task<T>> change)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero)) throw refusals.Later(StatusCode.Unavailable, Reasons.ModelBusy, "Another change of models is under way.");
        try { return await change(); }
        catch (OperationCanceledException) { throw refusals.Later(StatusCode.Unavailable, Reasons.Draining, "The server is going away."); }
        finally { _one.Release(); }
    }

    private ServedModel Find(string name) => name.Length == 0 && models.All.Length == 1 ? models.First : models.Find(name) ?? throw refusals.NotServed(name, models);

    // On a thread of its own, which may wait.
    private PolicyInfo Load(ServedModel model, string checkpoint)
    {
        var stop = lifetime.ApplicationStopping;
        var policy = loader.LoadAsync(checkpoint, stop).GetAwaiter().GetResult();
        try
        {
            var warm = new WarmPolicy(policy, PolicyWarmUp.Run(policy, options.MaxBatch, step => StepAsync(step).GetAwaiter().GetResult(), stop));
            StepAsync(() =>
            {
                if (loader.Fault(checkpoint, policy) is { } fault) throw new InvalidOperationException(fault);
            }).GetAwaiter().GetResult();
            StepAsync(() => model.Loaded.Standby = warm).GetAwaiter().GetResult();
            return policy.Info;
        }
        catch
        {
            if (!stop.IsCancellationRequested) StepAsync(() => (policy as IDisposable)?.Dispose()).GetAwaiter().GetResult();
            throw;
        }
    }

    private async Task DropAsync(ServedModel model)
    {
        (model.Standby, model.StandbyWasServed) = (null, false);
        await StepAsync(model.Loaded.DropStandby);
    }

    private async Task<Promotion> SwapAsync(ServedModel model, bool onlyIfFitting)
    {
        Promotion? done = null;
        await StepAsync(() =>
        {
            var (before, next) = (model.Loaded.Served!.Policy.Info, model.Loaded.Standby!);
            var (kept, ended) = admission.Serve(model, next.Policy.Info, onlyIfFitting);
            model.Loaded.Swap();
            model.Costs.Begin(next.Seconds);
            (model.StandbyWasServed, model.Standby) = (!model.StandbyWasServed, before);
            done = new(next.Policy.Info, kept, ended);
        });
        logger.Promoted(model.Name, done!.Policy.Name, done.Policy.ModelHash, done.Kept, done.Ended.Count);
        return done;
    }

    private Task StepAsync(Action step) => queue.RunAsync(() =>
    {
        pulse.Began();
        try { step(); }
        finally { pulse.Ended(); }
    });
}

internal static partial class ModelLog
{
    [LoggerMessage(700, LogLevel.Information, "Loaded beside what is served as {Model}: {Name}, model {ModelHash}, in {LoadMs} ms")]
    public static partial void Loaded(this ILogger logger, string model, string name, string modelHash, long loadMs);

    [LoggerMessage(701, LogLevel.Error, "Not loaded: {Path}; what is served goes on")]
    public static partial void NotLoaded(this ILogger logger, string path, Exception exception);

    [LoggerMessage(702, LogLevel.Information, "Serves {Name}, model {ModelHash}, as {Model} from now on: {Kept} sessions went on, {Ended} ended")]
    public static partial void Promoted(this ILogger logger, string model, string name, string modelHash, int kept, int ended);
}
