using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>What is served under one name: the policy that answers, the one that stands by to take its place, and what answers cost.</summary>
/// <param name="name">What robots call it by.</param>
/// <param name="checkpoint">The folder of what answers first.</param>
internal sealed class ServedModel(string name, string checkpoint)
{
    private volatile PolicyInfo? _policy;
    private volatile PolicyInfo? _standby;
    private volatile bool _standbyWasServed;

    public string Name => name;

    public string Checkpoint => checkpoint;

    /// <summary>What answers; null until it was loaded. Any thread.</summary>
    public PolicyInfo? Policy
    {
        get => _policy;
        set => _policy = value;
    }

    /// <summary>What stands by; null while nothing does. Any thread.</summary>
    public PolicyInfo? Standby
    {
        get => _standby;
        set => _standby = value;
    }

    /// <summary>Whether what stands by was served before what is. Any thread.</summary>
    public bool StandbyWasServed
    {
        get => _standbyWasServed;
        set => _standbyWasServed = value;
    }

    /// <summary>Whether what was served before is loaded.</summary>
    public bool CanRollBack => Standby is not null && StandbyWasServed;

    /// <summary>How long its answers take.</summary>
    public CostModel Costs { get; } = new();

    /// <summary>The policies themselves. The inference thread's alone.</summary>
    public LoadedPolicies Loaded { get; } = new();
}
