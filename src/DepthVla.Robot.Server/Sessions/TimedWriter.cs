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
    /// <summary>Waits until the message is on its way. Not to be cancelled: a write begun is finished, so that a stream that ends does so in order.</summary>
    /// <exception cref="TimeoutException">The client did not take the message; the stream is reset.</exception>
    public async Task WriteAsync(Wire.ActResponse message)
    {
        var writing = responses.WriteAsync(message);
        try
        {
            await writing.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            abort();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // no second write may begin before this one is over
            throw;
        }
    }
}
