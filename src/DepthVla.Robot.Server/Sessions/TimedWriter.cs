using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Writes to one client and gives up on one that does not take what is written. One write at a time.</summary>
/// <param name="responses">The client's stream.</param>
/// <param name="patience">How long one message may take.</param>
/// <param name="time">Measures it.</param>
/// <param name="abort">Resets the stream; a write that hangs then fails.</param>
internal sealed class TimedWriter(IServerStreamWriter<Wire.ActResponse> responses, TimeSpan patience, TimeProvider time, Action abort)
{
    /// <exception cref="TimeoutException">The client did not take the message; the stream is reset.</exception>
    /// <exception cref="OperationCanceledException">The token; where a message was on its way, the stream is reset.</exception>
    public async Task WriteAsync(Wire.ActResponse message, CancellationToken cancellationToken)
    {
        var writing = responses.WriteAsync(message, CancellationToken.None);
        try
        {
            await writing.WaitAsync(patience, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            abort();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // no second write may begin before this one is over
            throw;
        }
    }
}
