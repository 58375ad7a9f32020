using System.Net.WebSockets;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.OpenPi.Messages;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Sessions;
using Grpc.Core;

namespace DepthVla.Robot.Server.OpenPi;

/// <summary>Serves openpi's clients: metadata on connecting, then one answer a request, in turn with everybody else's.</summary>
/// <remarks>A client has one request at a time and waits for it, so a slow one delays nobody. Whatever goes wrong is told as openpi's server tells it: a text, then the end.</remarks>
internal sealed class OpenPiEndpoint(
    ToolCalls tools, ServedModels models, Admission admission, OpenCalls calls, ServingState state, ServerOptions options, TimeProvider time, MonotonicClock clock, Refusals refusals, ILogger<OpenPiEndpoint> logger)
{
    /// <summary>GET /healthz: 200 while it answers.</summary>
    public async Task HealthAsync(HttpContext context)
    {
        var ready = state.Now.Phase == ServingPhase.Ready;
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsync(ready ? "OK\n" : $"{state.Now.Phase}\n", context.RequestAborted);
    }

    /// <summary>Everything else is a client that connects: at the root to the first model, at /NAME to the one of that name.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            await context.Response.WriteAsync("This port speaks WebSocket, to openpi's clients; GET /healthz says whether it answers.\n", context.RequestAborted);
            return;
        }

        var name = context.Request.Path.Value?.Trim('/') ?? "";
        if ((name.Length == 0 ? models.First : models.Find(name)) is not { } model)
        {
            refusals.Count(Reasons.ModelNotServed, $"an openpi client asked for '{context.Request.Path}'");
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync($"{Reasons.ModelNotServed}: this server serves {string.Join(", ", models.All.Select(one => one.Name))}: connect to /NAME, or to / for the first.\n", context.RequestAborted);
            return;
        }

        if (!admission.TryEnterClient())
        {
            refusals.Count(Reasons.TooManySessions, $"{options.MaxSessions} openpi clients are connected");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        calls.Begin(context);
        try { await ServeAsync(await context.WebSockets.AcceptWebSocketAsync(), model, context.RequestAborted); }
        finally { admission.LeaveClient(); }
    }

    private async Task ServeAsync(WebSocket socket, ServedModel model, CancellationToken gone)
    {
        using var client = new OpenPiClient(socket, options, time);
        // Beside what it waits for: a WebSocket whose reading was cancelled can say no more.
        using var over = state.Over.Register(() => _ = TellAsync(client.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The server goes away.", gone)));
        try { await ServeAsync(client, model, gone); }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // gone, or did not take its answer
        }
        catch (Exception e) { await TellAsync(client.FailAsync(Explain(e), gone)); }
    }

    private async Task ServeAsync(OpenPiClient client, ServedModel model, CancellationToken gone)
    {
        // openpi's server is not there until it is ready, and its clients wait on connecting; ours wait for the metadata.
        for (var changed = state.Changed; state.Now.Phase == ServingPhase.Loading; changed = state.Changed) await changed.WaitAsync(gone);
        admission.RequireReady();
        var policy = model.Policy!;
        var reader = new ObservationReader(options.OpenpiKeys, policy, options.MaxInstructionLength);
        await client.SendAsync(ClientMessages.Metadata(policy, options.OpenpiKeys), gone);
        double? previousMs = null;
        for (var sequence = 1L; await client.ReceiveAsync(gone) is { } bytes; sequence++)
        {
            var receivedNs = clock.NowNs;
            var observation = reader.Read(MessageReader.Read(bytes), sequence, receivedNs);
            var chunk = await tools.InferForClientAsync(observation, model, policy, receivedNs, gone);
            await client.SendAsync(ClientMessages.Answer(chunk, previousMs), gone);
            previousMs = (clock.NowNs - receivedNs) / 1e6;
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", gone);
    }

    private string Explain(Exception exception)
    {
        switch (exception)
        {
            case InvalidMessageException invalid:
                refusals.Count(Reasons.FieldInvalid, $"an openpi client's message: {invalid.Message}");
                return invalid.Message;
            case RpcException refused: // counted and logged where it was made
                return PolicyErrors.Translate(refused).Message;
            default:
                logger.Unexpected(exception);
                return "A fault of the server; its log says more.";
        }
    }

    private static async Task TellAsync(Task telling)
    {
        try { await telling; }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // nobody listens any more
        }
    }
}
