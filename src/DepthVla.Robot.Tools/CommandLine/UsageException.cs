using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>Something on the command line that cannot be used. The message names it, what was expected, what came and what to do.</summary>
internal sealed class UsageException(SettingProblem problem, Exception? cause = null) : Exception(problem.ToString(), cause);
