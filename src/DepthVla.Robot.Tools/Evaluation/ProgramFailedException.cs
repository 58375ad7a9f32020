namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>Another program did not start or failed; the message ends with the last it said.</summary>
internal sealed class ProgramFailedException(string program, string what, string said, Exception? cause = null)
    : Exception($"{program} {what}. It said:\n{said}", cause);
