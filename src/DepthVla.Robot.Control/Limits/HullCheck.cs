using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Checks what a description says of the arm's hull, and of what it keeps away from.</summary>
internal static class HullCheck
{
    private const double LeastRadius = 0.001, MostRadius = 1;

    /// <summary>Adds everything that is wrong.</summary>
    public static void Check(RobotDescription robot, List<string> problems)
    {
        for (var i = 0; i < robot.Capsules.Length; i++)
        {
            var (capsule, name) = (robot.Capsules[i], $"capsules[{i}] '{robot.Capsules[i].Name}'");
            if (capsule.Link < LinkCapsule.Base || capsule.Link >= robot.Chain.Length) problems.Add($"{name}: link is {capsule.Link}; expected {LinkCapsule.Base} for the base, or 0 to {robot.Chain.Length - 1}");
            if (!DescriptionCheck.IsFinite(capsule.From) || !DescriptionCheck.IsFinite(capsule.To)) problems.Add($"{name} reaches from {capsule.From} to {capsule.To}; expected finite m");
            if (!(capsule.Radius is >= LeastRadius and <= MostRadius)) problems.Add($"{name}: radius is {capsule.Radius} m; expected {LeastRadius} to {MostRadius}");
        }

        foreach (var box in robot.KeepOut) DescriptionCheck.CheckBox(box.Box, $"keep-out box '{box.Name}'", problems);
        if (robot.KeepOut.Length > 0 && robot.Capsules.Length == 0) problems.Add($"there are {robot.KeepOut.Length} keep-out boxes and no capsules to keep out of them; describe the arm's hull, or leave out the boxes");
        for (var i = 0; i < robot.Apart.Length; i++) CheckPair(robot, robot.Apart[i], $"apart[{i}]", problems);
    }

    private static void CheckPair(RobotDescription robot, in CapsulePair pair, string name, List<string> problems)
    {
        var count = robot.Capsules.Length;
        if ((uint)pair.First >= (uint)count || (uint)pair.Second >= (uint)count) problems.Add($"{name} names capsules {pair.First} and {pair.Second}; expected 0 to {count - 1}");
        else if (robot.Capsules[pair.First].Link == robot.Capsules[pair.Second].Link) problems.Add($"{name} names '{robot.Capsules[pair.First].Name}' and '{robot.Capsules[pair.Second].Name}' of one link, which cannot move apart; expected two links");
        if (!(pair.Distance is >= 0 and <= 1)) problems.Add($"{name}: distance is {pair.Distance} m; expected 0 to 1");
    }
}
