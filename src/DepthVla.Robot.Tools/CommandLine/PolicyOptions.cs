using System.CommandLine;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>Options of every verb that loads a policy.</summary>
internal static class PolicyOptions
{
    /// <summary>Steps from noise to actions; null takes the checkpoint's.</summary>
    internal static Option<int?> FlowSteps() => new("--flow-steps")
    {
        Description = "from noise to actions: fewer are faster and less exact; the checkpoint's by default", HelpName = "NUMBER", CustomParser = parsed => OptionValues.Int32(1, 1000)(parsed),
    };
}
