using System.Globalization;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.RobotFiles;

/// <summary>What somebody wrote down of the place where an arm stands: its workspace, its tool, what stands around it, and joints that shall do less than they could.</summary>
internal sealed record RobotFile
{
    /// <summary>Changes nothing.</summary>
    public static RobotFile None { get; } = new();

    /// <summary>Where it was read; empty for none.</summary>
    public string Path { get; init; } = "";

    /// <summary>Where the tool point may be, base frame, m; null for what the arm says.</summary>
    public WorkspaceBox? Workspace { get; init; }

    /// <summary>The tool point in the last link's frame, m; null for what the arm says.</summary>
    public Vector3d? Tool { get; init; }

    /// <summary>More places for the arm's links to keep out of.</summary>
    public IReadOnlyList<KeepOutBox> KeepOut { get; init; } = [];

    /// <summary>Narrower limits, rad or m, s: joint, limit, value.</summary>
    public IReadOnlyList<(string Joint, JointLimit Limit, double Value)> Joints { get; init; } = [];

    /// <summary>The arm as it is driven here.</summary>
    /// <param name="arm">As it comes.</param>
    /// <param name="problems">Gets what does not fit the arm.</param>
    public RobotDescription Apply(RobotDescription arm, ICollection<SettingProblem> problems)
    {
        var joints = arm.Joints.ToArray();
        foreach (var (name, limit, value) in Joints)
        {
            var i = Array.FindIndex(joints, joint => joint.Name == name);
            if (i < 0) problems.Add(Problem($"joints.{name}", $"a joint of {arm.Name}: {string.Join(", ", arm.Joints.Select(joint => joint.Name))}", name, "correct the name"));
            else if (!limit.IsNarrower(arm.Joints[i], value)) problems.Add(Wider(name, limit, limit.Of(arm.Joints[i]), value));
            else joints[i] = limit.With(joints[i], value);
        }

        foreach (var joint in joints.Where(joint => !(joint.MinPosition < joint.MaxPosition)))
            problems.Add(Problem($"joints.{joint.Name}", "min_position below max_position", $"{Text(joint.MinPosition)} and {Text(joint.MaxPosition)}", "leave some room"));
        if (KeepOut.Count > 0 && arm.Capsules.Length == 0) problems.Add(Problem("keep_out", $"none: nothing is known of the hull of {arm.Name}", $"{KeepOut.Count}", "leave it out, and make the workspace narrow"));
        return arm with { Joints = [.. joints], KeepOut = arm.KeepOut.AddRange(KeepOut), Workspace = Workspace ?? arm.Workspace, Tool = Tool ?? arm.Tool };
    }

    private SettingProblem Wider(string joint, JointLimit limit, double arms, double value) => Problem(
        $"joints.{joint}.{limit.Name}", $"{Text(arms)} or {(limit.IsLower ? "more" : "less")}", Text(value), "a robot file may make limits narrower, never wider");

    private SettingProblem Problem(string field, string expected, string actual, string remedy) => new($"{Path}: {field}", expected, actual, remedy);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
