namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>What is taken from a policy, to see whether it was using it.</summary>
public enum PolicyControl
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every picture is black.</summary>
    Black,

    /// <summary>The pictures of the first two cameras are swapped.</summary>
    Swapped,

    /// <summary>It is told another task of the same scene, and judged by the named one.</summary>
    WrongInstruction,

    /// <summary>Proprioception is the mean of the training data, always: zero to the network.</summary>
    NoState,

    /// <summary>State and actions do not see the depth stream.</summary>
    NoDepth,
}
