using System.Runtime.CompilerServices;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.OpenPi.Remote;

/// <summary>A session with somebody's openpi-protocol server: one request, one answer, of the newest observation each.</summary>
internal sealed class OpenPiSession(OpenPiConnection connection, RobotMessages messages, PolicyInfo policy, string id) : IPolicySession
{
    // Long after every plan has expired; a first answer may have to be compiled.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _posted = new(0); // one for each time _next turns from nothing to something
    private Observation? _next;
    private bool _disposed;

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public PolicyInfo Policy => policy;

    /// <inheritdoc/>
    public double PromisedRateHz => double.PositiveInfinity;

    /// <inheritdoc/>
    public long ServerUnixTimeNs => 0;

    /// <inheritdoc/>
    public long? Post(Observation observation)
    {
        var displaced = Interlocked.Exchange(ref _next, observation);
        if (displaced is null) _posted.Release();
        return displaced?.Sequence;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SessionEvent> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        while (true)
        {
            await _posted.WaitAsync(ending.Token).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _next, null) is { } observation) yield return await AskAsync(observation, ending.Token).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        connection.Dispose();
        _closing.Dispose();
    }

    private async Task<SessionEvent> AskAsync(Observation observation, CancellationToken end)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        limit.CancelAfter(Patience);
        try
        {
            await connection.SendAsync(messages.Observation(observation), limit.Token).ConfigureAwait(false);
            var answer = await connection.ReceiveAsync(limit.Token).ConfigureAwait(false);
            return new ChunkArrived(messages.Chunk(answer.Array("actions"), observation, policy.ModelHash, Timings(answer)));
        }
        catch (InvalidObservationException e) { return new ObservationUnanswered(observation.Sequence, UnansweredResult.Invalid, Reasons.ObservationUnusable, e.Message); }
        catch (InvalidMessageException e) { return new ObservationUnanswered(observation.Sequence, UnansweredResult.Failed, Reasons.PolicyFailed, e.Message); }
        catch (OperationCanceledException) when (!end.IsCancellationRequested) { throw OpenPiErrors.Unavailable($"The server has not answered for {Patience.TotalSeconds:0} s."); }
    }

    // As far as the server tells: openpi's know the whole alone.
    private static StageTimings Timings(Message answer)
    {
        const string Key = "server_timing.infer_ms";
        var timings = default(StageTimings);
        try { timings[Stage.Total] = answer.Has(Key) && answer.Array(Key) is { Length: 1 } ms && double.IsFinite(ms[0]) ? (long)Math.Clamp(ms[0] * 1e6, 0, 1e12) : 0; }
        catch (InvalidMessageException)
        {
            // a time of no kind is no time
        }

        return timings;
    }
}
