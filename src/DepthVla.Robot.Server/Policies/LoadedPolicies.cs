using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>A policy that was loaded, warmed up and checked.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Seconds">What warm-up measured, for batches of 1, 2, … observations, s.</param>
internal sealed record WarmPolicy(IPolicy Policy, ImmutableArray<double> Seconds);

/// <summary>The policy that is served under a name, and one that stands by. The inference thread's alone.</summary>
internal sealed class LoadedPolicies
{
    /// <summary>What answers; null until it is ready.</summary>
    public WarmPolicy? Served { get; set; }

    /// <summary>What could answer; null while there is none.</summary>
    public WarmPolicy? Standby { get; set; }

    /// <summary>What stands by is served, and the other way round.</summary>
    public void Swap() => (Served, Standby) = (Standby, Served);

    /// <summary>Lets go of what stands by.</summary>
    public void DropStandby()
    {
        var gone = Standby;
        Standby = null;
        (gone?.Policy as IDisposable)?.Dispose();
    }
}
