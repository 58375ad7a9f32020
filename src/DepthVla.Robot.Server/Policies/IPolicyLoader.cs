using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Loads the policies that the server serves.</summary>
internal interface IPolicyLoader
{
    /// <summary>Loads one, without warming it up. The first on the inference thread, others on a thread of their own; each is then asked on the inference thread alone.</summary>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    /// <param name="cancellationToken">The server is going away.</param>
    /// <returns>The policy; the server disposes it where it can be.</returns>
    Task<IPolicy> LoadAsync(string checkpoint, CancellationToken cancellationToken);

    /// <summary>How it answers otherwise than was recorded beside its checkpoint; null when it does not, or nothing was. On the inference thread.</summary>
    /// <exception cref="Exception">What was recorded is of no use.</exception>
    string? Fault(string checkpoint, IPolicy policy);
}
