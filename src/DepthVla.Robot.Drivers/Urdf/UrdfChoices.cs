using System.Collections.Immutable;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.Urdf;

/// <summary>What a URDF does not say.</summary>
public sealed record UrdfChoices
{
    /// <summary>The link at whose origin the tool point is.</summary>
    public required string ToolLink { get; init; }

    /// <summary>The link that the chain begins with; null for the root of the tree.</summary>
    public string? BaseLink { get; init; }

    /// <summary>Of every joint, rad/s².</summary>
    public required double MaxAcceleration { get; init; }

    /// <summary>Of every joint, rad/s³; infinite for no limit.</summary>
    public double MaxJerk { get; init; } = double.PositiveInfinity;

    /// <summary>Of the speeds that the file states, the share that is used; 0 to 1.</summary>
    public double SpeedShare { get; init; } = 1;

    /// <summary>Where the tool point may be, base frame, m.</summary>
    public required WorkspaceBox Workspace { get; init; }

    /// <summary>Where no link that the file gives a hull may be, base frame. The default is nowhere.</summary>
    public ImmutableArray<KeepOutBox> KeepOut { get; init; } = [];

    /// <summary>How far links stay apart between which there are two joints or more, m. The default is null, for no such limit: hulls that are larger than the arm may
    /// overlap where the arm does not, and then it cannot be started.</summary>
    public double? SelfDistance { get; init; }
}
