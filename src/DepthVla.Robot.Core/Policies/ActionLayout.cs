namespace DepthVla.Robot.Core.Policies;

/// <summary>What follows from a representation: how many numbers a step has, and when the first step is for.</summary>
public static class ActionLayout
{
    /// <summary>How many numbers a tool pose has in a step: dx, dy, dz, rx, ry, rz.</summary>
    public const int PoseNumbers = 6;

    /// <summary>Numbers a step.</summary>
    /// <param name="actions">The representation.</param>
    /// <param name="joints">All joints of the arm, grippers too.</param>
    /// <param name="grippers">How many of them are grippers.</param>
    public static int Dims(this ActionRepresentation actions, int joints, int grippers) =>
        actions == ActionRepresentation.ToolPoseDelta ? PoseNumbers + grippers : joints;

    /// <summary>How many periods after capture a policy's step 0 is for: 0 for joint positions, 1 for tool poses.</summary>
    /// <remarks>At capture itself a tool pose relative to that of capture says nothing: it is zero.</remarks>
    public static int FirstStep(this ActionRepresentation actions) => actions == ActionRepresentation.ToolPoseDelta ? 1 : 0;
}
