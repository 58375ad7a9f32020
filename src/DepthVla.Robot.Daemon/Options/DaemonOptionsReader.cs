using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.Daemon.Depth;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>Declares every option of the daemon with default, range and meaning.</summary>
internal static class DaemonOptionsReader
{
    private const string ReducedSpeed = nameof(LimitOptions.ReducedSpeed);

    public static ProgramOptions About { get; } = new(
        "depthvla-daemon", "drives an arm with a DepthVLA policy from a server, every command inside the arm's limits.",
        "[run | check | status | arm | hold | stop] [--server URL] [--arm NAME] [--task NAME | --tasks NAME,NAME | --instruction WORDS] [--option value ...]");

    public static DaemonOptions Read(OptionReader read)
    {
        var defaults = new DaemonOptions();
        var tasks = string.Join(", ", TabletopTask.All.Select(t => t.Name));
        var arm = ArmOptionsReader.Arm(read);
        var robotId = RobotId(read, arm);
        var controlRate = read.Int32(nameof(DaemonOptions.ControlRate), defaults.ControlRate, 50, 1000, "commands to the arm a second, Hz");
        var server = read.Text(nameof(DaemonOptions.Server), defaults.Server, "http://host:port, https://host:port, unix:PATH or ws://host:port; several with commas between", "the policy server, ws:// for one that speaks openpi's protocol; of several the next is turned to when one is lost", text => text.Split(',').All(IsServer));
        var options = new DaemonOptions
        {
            Arm = arm,
            Port = ArmOptionsReader.Port(read),
            ArmHost = ArmOptionsReader.Host(read),
            ArmService = ArmOptionsReader.Service(read),
            RobotFile = ArmOptionsReader.File(read, arm, controlRate),
            MaxStateAge = read.Seconds(nameof(DaemonOptions.MaxStateAge), defaults.MaxStateAge, 0.05, 1, "how old the arm's state may grow before the arm is lost"),
            Server = server,
            Credentials = CredentialOptionsReader.Read(read, new DaemonOptions { Server = server }.Servers),
            Model = read.Text(nameof(DaemonOptions.Model), defaults.Model, "up to 64 characters", "the name of the server's model that shall answer, where it serves several; without, the first that fits this robot. A ws:// server has it in its address", text => text.Length <= 64),
            OpenpiMapping = Mapping(read),
            RobotId = robotId,
            Start = read.Choice(nameof(DaemonOptions.Start), arm.IsReal ? StartAs.Idle : StartAs.Armed, "whether the arm waits until an operator arms it; real arms do unless told"),
            OperatorSocket = OperatorSocketOption.Read(read, robotId),
            StatusPort = read.Int32(nameof(DaemonOptions.StatusPort), defaults.StatusPort, 0, 65535, "port of the status page and /metrics, for this machine alone; 0 for none"),
            Task = read.Text(nameof(DaemonOptions.Task), defaults.Task, tasks, "what to do, by name", name => TabletopTask.All.Any(t => t.Name == name)),
            Instruction = read.Text(nameof(DaemonOptions.Instruction), "", "up to 512 characters", "what to do, in plain words, instead of the task's own", t => t.Length <= 512),
            Tasks = Tasks(read, tasks),
            Attempts = read.Int32(nameof(DaemonOptions.Attempts), defaults.Attempts, 0, 100_000, "attempts at each of the tasks; 0 until the end of the time"),
            FirstSeed = read.Int32(
                nameof(DaemonOptions.FirstSeed), defaults.FirstSeed, 0, 1_000_000_000, "lays out the table for the first attempt at each task; then they count up"),
            ControlRate = controlRate,
            Limits = Limits(read),
            ObservationRate = RateOrZero(
                read, nameof(DaemonOptions.ObservationRate), defaults.ObservationRate, 60,
                "observations to the server a second; 0 for what the policy suggests, or else 10", "look more often"),
            StepRate = RateOrZero(
                read, nameof(DaemonOptions.StepRate), defaults.StepRate, 200, "steps a second that the robot expects in a chunk; 0 for the policy's, whatever it is",
                "expect more"),
            Budget = read.Seconds(nameof(DaemonOptions.Budget), defaults.Budget, 0.01, 10, "how long after capture an answer is of use"),
            Seed = read.Int32(nameof(DaemonOptions.Seed), defaults.Seed, 0, int.MaxValue, "lays out the simulated table"),
            Cameras = ArmOptionsReader.Cameras(read),
            CameraFault = read.Choice(nameof(DaemonOptions.CameraFault), defaults.CameraFault, "spoils the simulated cameras' pictures: does the policy look?"),
            DepthChecks = read.Flag(nameof(DaemonOptions.DepthChecks), defaults.DepthChecks, "asks for depth with every observation, and follows no chunk whose depth is blank, flat or missing"),
            DepthClearance = DepthClearance.Parse(read.Text(
                nameof(DaemonOptions.DepthClearance), "", DepthClearance.Form, "slows the arm, and holds it, for what that region of the predicted depth shows near; with all that --depth-checks does",
                text => text.Length == 0 || DepthClearance.Parse(text) is not null)),
            Seconds = read.Seconds(nameof(DaemonOptions.Seconds), defaults.Seconds, 0, 3600, "how long to run; 0 until stopped by Ctrl-C or SIGTERM"),
            Json = read.Text(
                nameof(DaemonOptions.Json), "", "a file", "where to write the summary, or what check found, as JSON; the name alone for standard output", _ => true, alone: JsonPlace.Output),
            Pictures = read.Text(nameof(DaemonOptions.Pictures), "", "a .png file", "where to draw what the cameras saw and the policy's depth", t => t.EndsWith(".png", StringComparison.OrdinalIgnoreCase)),
            PhysicsLog = read.Text(nameof(DaemonOptions.PhysicsLog), "", "a file", "where to write every step of the physics as CSV", _ => true),
            RecorderSeconds = read.Seconds(
                nameof(DaemonOptions.RecorderSeconds), defaults.RecorderSeconds, 0, 600, "how much of the past the flight recorder keeps; 0 for no recorder"),
            RecorderMegabytes = read.Int32(
                nameof(DaemonOptions.RecorderMegabytes), defaults.RecorderMegabytes, 1, 1024, "memory of the flight recorder, MiB; when full, the oldest goes"),
            RecorderFolder = read.Text(
                nameof(DaemonOptions.RecorderFolder), "", "a folder", "where each run leaves a flight; without, only faults and SIGUSR1 do, in flights/", _ => true),
            Priority = read.Int32(nameof(DaemonOptions.Priority), defaults.Priority, 0, 99, "SCHED_FIFO priority of the control thread; 0 asks for none"),
            PhysicsPriority = read.Int32(
                nameof(DaemonOptions.PhysicsPriority), defaults.PhysicsPriority, 0, 99, "SCHED_FIFO priority of the simulated arm's physics; 0 asks for none"),
        };
        foreach (var problem in Contradictions(options).Concat(ArmOptionsReader.Contradictions(options, read))) read.Refuse(problem);
        return options;
    }

    /// <summary>The robot's name; the arm's where nobody said one.</summary>
    public static string RobotId(OptionReader read, ArmKind arm) =>
        read.Text(nameof(DaemonOptions.RobotId), arm.Name, "1 to 64 characters", "this robot's name; one session a name", t => t.Trim().Length is > 0 and <= 64);

    private static PolicyMapping? Mapping(OptionReader read)
    {
        var path = read.Text(nameof(DaemonOptions.OpenpiMapping), "", "a JSON file", "keys and meaning of the actions of a ws:// server", File.Exists);
        if (path.Length == 0) return null;
        var problems = new List<SettingProblem>();
        var mapping = PolicyMappingFile.Read(path, problems);
        foreach (var problem in problems) read.Refuse(problem);
        return mapping;
    }

    private static IEnumerable<SettingProblem> Contradictions(DaemonOptions options)
    {
        const string SayTasks = "say --tasks NAME,NAME or --tasks all, too";
        var attempting = options.Tasks.Count > 0;
        var hasOpenPi = options.Servers.Any(Addresses.IsOpenPi);
        if (hasOpenPi && options.OpenpiMapping is null) yield return new(nameof(DaemonOptions.OpenpiMapping), "a mapping for the ws:// server", "none", "say --openpi-mapping FILE; docs/examples/openpi has some");
        if (!hasOpenPi && options.OpenpiMapping is not null) yield return new(nameof(DaemonOptions.OpenpiMapping), "a ws:// server that it is for", "none", "say --server ws://host:port, or leave the mapping out");
        string[] cameras = options.Arm.IsSimulated ? ["primary", "wrist"] : [.. options.Cameras.Select(camera => camera.Name)];
        if (options.DepthClearance is { } clearance && !cameras.Contains(clearance.Camera))
            yield return new(nameof(DaemonOptions.DepthClearance), $"a camera of the robot: {string.Join(", ", cameras)}", clearance.Camera, "name one that looks where the gripper goes");
        if (!attempting && options.Attempts != 1) yield return new(nameof(DaemonOptions.Attempts), "tasks to attempt", "none", SayTasks);
        if (!attempting && options.FirstSeed != 0) yield return new(nameof(DaemonOptions.FirstSeed), "tasks to attempt", "none", SayTasks);
        if (attempting && options.Start == StartAs.Idle) yield return new(nameof(DaemonOptions.Start), "armed, to attempt tasks", "idle", "leave it out: an attempt's time begins at once");
        if (attempting && options.Seed != 0) yield return new(nameof(DaemonOptions.Seed), "no tasks to attempt", "some", "say --first-seed instead");
    }

    private static LimitOptions Limits(OptionReader read)
    {
        const string Meaning = "highest speed of the tool point; the name alone for 250, manual reduced speed; 0 for no limit but the joints'";
        var mmPerSecond = read.Number(ReducedSpeed, 0, 0, 10_000, "mm/s", Meaning, alone: 1000 * LimitOptions.ManualReducedSpeed);
        if (mmPerSecond is > 0 and < 10) read.Refuse(new(ReducedSpeed, "0, or 10 to 10000, mm/s", $"{mmPerSecond}", "say 10 or more, or leave it out"));
        return new()
        {
            ReducedSpeed = mmPerSecond == 0 ? double.PositiveInfinity : mmPerSecond / 1000,
            PayloadScale = read.Number(
                nameof(LimitOptions.PayloadScale), 1, 0.01, 1, "of 1", "share of the joints' speed and acceleration that the arm uses with what it carries"),
        };
    }

    private static double RateOrZero(OptionReader read, string name, double fallback, double most, string meaning, string remedy)
    {
        const double Least = 0.5;
        var rate = read.Number(name, fallback, 0, most, "Hz", meaning);
        if (rate is > 0 and < Least) read.Refuse(new(name, $"0, or {Least} to {most}, Hz", $"{rate}", $"{remedy}, or say 0"));
        return rate;
    }

    private static string[] Tasks(OptionReader read, string names)
    {
        var text = read.Text(
            nameof(DaemonOptions.Tasks), "", $"all, or with commas between: {names}", "what to attempt in turn, at a table laid out anew each time",
            t => TaskNames(t) is not null);
        return TaskNames(text) ?? [];
    }

    // In the order said, each once; null for a name that is none.
    private static string[]? TaskNames(string text)
    {
        var all = TabletopTask.All.Select(task => task.Name).ToArray();
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.All(name => name == "all" || all.Contains(name)) ? [.. names.SelectMany(name => name == "all" ? all : [name]).Distinct()] : null;
    }

    private static bool IsServer(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "unix" or "ws" or "wss";
}
