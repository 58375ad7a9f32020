using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Loads the policy that the server serves.</summary>
internal interface IPolicyLoader
{
    /// <summary>Loads it, without warming it up. Called once, on the inference thread, where the policy then spends its whole life.</summary>
    /// <returns>The policy; the server disposes it where it can be.</returns>
    Task<IPolicy> LoadAsync(CancellationToken cancellationToken);
}
