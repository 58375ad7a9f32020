namespace DepthVla.Robot.Control.Plans;

/// <summary>What is wrong with a chunk.</summary>
public enum RefusalReason
{
    /// <summary>Another number of values a step than the robot has joints, or of values than steps.</summary>
    Shape,

    /// <summary>A value is NaN or infinite.</summary>
    NotFinite,

    /// <summary>A period, validity or first time that no honest policy sends.</summary>
    Times,

    /// <summary>Its last step may no longer be commanded.</summary>
    Expired,

    /// <summary>It is not newer than the plan in place: a replay, or an answer overtaken.</summary>
    Old,

    /// <summary>The depth that it was made with cannot be.</summary>
    Depth,
}

/// <summary>Why a chunk was refused. It is refused whole, and the plan in place goes on.</summary>
/// <param name="Reason">What is wrong, for counting.</param>
/// <param name="Message">What is wrong, for people: field, expected, actual.</param>
public sealed record PlanRefusal(RefusalReason Reason, string Message);
