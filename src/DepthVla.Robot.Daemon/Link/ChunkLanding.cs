using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Depth;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>What becomes of a chunk that came: its depth is looked at, tool poses become joint positions, and it is laid before the control thread or refused whole. The link's thread alone.</summary>
/// <param name="statistics">What became of the observations.</param>
/// <param name="clock">The robot's.</param>
/// <param name="logger">What people should know.</param>
internal sealed class ChunkLanding(LinkStatistics statistics, MonotonicClock clock, ILogger<PolicyLink> logger)
{
    /// <summary>Solves chunks of tool poses; null for an arm that does not offer them.</summary>
    public ToolPoseSolver? ToolPoses { get; init; }

    /// <summary>Whether chunks are refused for depth that cannot be.</summary>
    public bool ChecksDepth { get; init; }

    /// <summary>What is ahead of the gripper slows what is followed; null where nothing does. Depth is checked first.</summary>
    public DepthClearance? Clearance { get; init; }

    /// <summary>How many steps of a chunk are over when it arrives.</summary>
    public AnswerDelay Delay { get; } = new();

    /// <summary>Makes it a plan, if it is sound.</summary>
    /// <param name="chunk">However wrong.</param>
    /// <param name="actions">What its numbers are.</param>
    /// <param name="asked">The observation that it answers.</param>
    /// <param name="plans">Where it goes.</param>
    public void Land(ActionChunk chunk, ActionRepresentation actions, Observation asked, PlanSlot plans)
    {
        var blind = ChecksDepth || Clearance is not null ? DepthCheck.Fault(chunk) : null;
        var scale = blind is null ? Clearance?.Scale(chunk) : null;
        if (scale < plans.SpeedScale) Slow(plans, scale.Value); // before there is a plan that could be followed faster
        if ((blind is null ? Offer(chunk, actions, asked, plans) : new(RefusalReason.Depth, $"{blind}; the chunk is refused whole")) is { } refusal)
        {
            statistics.Refused(refusal.Reason);
            logger.ChunkRefused(refusal.Message);
            return;
        }

        Delay.Note(plans.Current!, clock.NowNs);
        if (scale is { } allowed) Slow(plans, allowed);
    }

    private void Slow(PlanSlot plans, double scale)
    {
        if (scale == 0 && plans.SpeedScale > 0) logger.ObstacleAhead(Clearance!.Camera, Clearance.HoldAt);
        plans.SpeedScale = scale;
    }

    // Tool poses become joint positions here, not on the control thread, from the joints of the very observation that was answered.
    private PlanRefusal? Offer(ActionChunk chunk, ActionRepresentation actions, Observation asked, PlanSlot plans)
    {
        if (actions != ActionRepresentation.ToolPoseDelta) return plans.Offer(chunk, clock.NowNs);
        if (ToolPoses is null)
        {
            return new(RefusalReason.Shape, "actions: expected joint positions, all that this arm offers, got tool poses; the chunk is refused whole");
        }

        if (ToolPoses.TrySolve(chunk, asked.Proprioception, clock.NowNs, out var solved) is { } refusal) return refusal;
        statistics.Unreached(solved!.Unreached);
        return plans.Offer(solved.Chunk, clock.NowNs);
    }
}
