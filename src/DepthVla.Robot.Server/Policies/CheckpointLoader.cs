using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Loads the checkpoint that the options name.</summary>
internal sealed class CheckpointLoader(ServerOptions options) : IPolicyLoader
{
    public Task<IPolicy> LoadAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{options.Checkpoint}: this build has no model yet");
}
