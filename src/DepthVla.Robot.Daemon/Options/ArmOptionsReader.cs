using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Daemon.RobotFiles;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>Declares the options that say which arm and which cameras there are, and tells what does not go together.</summary>
internal static class ArmOptionsReader
{
    private static readonly string[] ForSimulation =
    [
        nameof(DaemonOptions.Task), nameof(DaemonOptions.Tasks), nameof(DaemonOptions.Attempts), nameof(DaemonOptions.FirstSeed), nameof(DaemonOptions.Seed),
        nameof(DaemonOptions.CameraFault), nameof(DaemonOptions.PhysicsLog), nameof(DaemonOptions.PhysicsPriority),
    ];

    public static ArmKind Arm(OptionReader read)
    {
        var name = read.Text(
            nameof(DaemonOptions.Arm), ArmKind.Simulated.Name, string.Join(", ", ArmKind.All.Select(kind => kind.Name)), "which arm is driven", text => ArmKind.Named(text) is not null);
        return ArmKind.Named(name) ?? ArmKind.Simulated;
    }

    public static string Port(OptionReader read) =>
        read.Text(nameof(DaemonOptions.Port), "", "a device such as /dev/ttyUSB0", "the serial port of --arm wx250s", text => text.StartsWith('/'));

    public static string Host(OptionReader read) => read.Text(
        nameof(DaemonOptions.ArmHost), "", "an address or a name", "the controller of --arm ur3e, ur5e or ur10e", text => Uri.CheckHostName(text) != UriHostNameType.Unknown);

    public static string Service(OptionReader read) => read.Text(
        nameof(DaemonOptions.ArmService), "", "http://host:port or unix:PATH", "the arm service of --arm service",
        text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "unix");

    /// <summary>The file, checked against the arm as far as that is known now.</summary>
    public static RobotFile File(OptionReader read, ArmKind arm, int controlRate)
    {
        var path = read.Text(
            nameof(DaemonOptions.RobotFile), "", "a JSON file", "workspace, tool, and joint limits that are narrower than the arm's", System.IO.File.Exists);
        if (path.Length == 0) return RobotFile.None;
        var problems = new List<SettingProblem>();
        var file = RobotFileReader.Read(path, problems);
        if (arm.Description is { } description && file.Apply(description, problems) is var driven && problems.Count == 0)
        {
            try { DescriptionCheck.ThrowIfUnusable(driven, 1_000_000_000 / controlRate); }
            catch (ArgumentException e) { problems.Add(new(path, "an arm that can be driven", e.Message, "correct the robot file")); }
        }

        foreach (var problem in problems) read.Refuse(problem);
        return file;
    }

    public static IReadOnlyList<CameraSource> Cameras(OptionReader read)
    {
        var text = read.Text(
            nameof(DaemonOptions.Cameras), "", "NAME=SOURCE[@WIDTHxHEIGHT][@RATEHz][@DELAYms], several with commas between",
            "the cameras, in the policy's order: /dev/video0, rtsp://…, pictures, folders of pictures or videos", t => Sources(t) is not null);
        return Sources(text) ?? [];
    }

    /// <summary>What one arm has and another has not.</summary>
    public static IEnumerable<SettingProblem> Contradictions(DaemonOptions options, OptionReader read)
    {
        var (arm, connection) = (options.Arm, options.Arm.Connection);
        foreach (var (name, value, owner, remedy) in ((string, string, ArmConnection, string)[])
        [
            (nameof(DaemonOptions.Port), options.Port, ArmConnection.Serial, "/dev/ttyUSB0"),
            (nameof(DaemonOptions.ArmHost), options.ArmHost, ArmConnection.Controller, "ADDRESS"),
            (nameof(DaemonOptions.ArmService), options.ArmService, ArmConnection.Service, "http://127.0.0.1:50061"),
        ])
        {
            if (connection == owner && !read.IsSet(name)) yield return new(name, $"where the {arm.Name} is", "nothing", $"say {OptionReader.Switch(name)} {remedy}");
            if (connection != owner && read.IsSet(name)) yield return Foreign(name, value, arm);
        }

        foreach (var problem in arm.IsSimulated ? Simulated(options, read) : Real(options, read)) yield return problem;
    }

    private static IEnumerable<SettingProblem> Simulated(DaemonOptions options, OptionReader read)
    {
        if (read.IsSet(nameof(DaemonOptions.RobotFile))) yield return Foreign(nameof(DaemonOptions.RobotFile), options.RobotFile.Path, options.Arm);
        var names = new SimulatedWorldOptions().Cameras.Select(camera => camera.Name).ToArray();
        foreach (var camera in options.Cameras.Where(camera => !names.Contains(camera.Name)))
            yield return new(nameof(DaemonOptions.Cameras), $"cameras of the simulated table: {string.Join(", ", names)}", $"'{camera.Name}'", "correct the name");
        if (options.CameraFault != CameraFault.None && options.Cameras.Count > 0)
            yield return new(nameof(DaemonOptions.CameraFault), "simulated cameras alone", "something else in the place of some", "leave out --cameras");
    }

    private static IEnumerable<SettingProblem> Real(DaemonOptions options, OptionReader read)
    {
        foreach (var name in ForSimulation.Where(read.IsSet))
            yield return new(name, "a simulated arm", $"--arm {options.Arm.Name}", name is nameof(DaemonOptions.Task) ? "say --instruction WORDS instead" : "leave it out");
        if (options.Instruction.Trim().Length == 0) yield return new(nameof(DaemonOptions.Instruction), "what to do, in plain words", "nothing", "say --instruction \"put the spoon on the towel\"");
        if (options.Cameras.Count == 0) yield return new(nameof(DaemonOptions.Cameras), $"cameras, as {options.Arm.Name} has none that are simulated", "none", "say --cameras primary=/dev/video0,wrist=/dev/video2");
    }

    private static SettingProblem Foreign(string name, string value, ArmKind arm) => new(name, $"nothing for --arm {arm.Name}", $"'{value}'", "leave it out, or choose the arm that it belongs to with --arm");

    // Null where one cannot be read, or two have one name.
    private static CameraSource[]? Sources(string text)
    {
        var sources = text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(CameraSource.Parse).ToArray();
        return sources.All(source => source is not null) && sources.DistinctBy(source => source!.Name).Count() == sources.Length ? [.. sources.OfType<CameraSource>()] : null;
    }
}
