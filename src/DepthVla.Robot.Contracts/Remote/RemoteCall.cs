using DepthVla.Robot.Contracts.Errors;
using Grpc.Core;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>Awaits gRPC and throws what this project promises instead of what gRPC throws.</summary>
internal static class RemoteCall
{
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="PolicyServiceException">Anything else that went wrong, typed.</exception>
    public static async Task<T> RunAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (RpcException e)
        {
            throw PolicyErrors.Translate(e);
        }
    }
}
