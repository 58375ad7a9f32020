using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>Declares every option of the daemon with default, range and meaning.</summary>
internal static class DaemonOptionsReader
{
    public static ProgramOptions About { get; } = new(
        "depthvla-daemon", "drives an arm with a DepthVLA policy from a server, every command inside the arm's limits.", "[--server URL] [--task NAME] [--option value ...]");

    public static DaemonOptions Read(OptionReader read)
    {
        var defaults = new DaemonOptions();
        var tasks = string.Join(", ", TabletopTask.All.Select(t => t.Name));
        return new DaemonOptions
        {
            Server = read.Text(nameof(DaemonOptions.Server), defaults.Server, "http://host:port", "the policy server", IsServer),
            RobotId = read.Text(nameof(DaemonOptions.RobotId), defaults.RobotId, "1 to 64 characters", "this robot's name; one session a name", t => t.Trim().Length is > 0 and <= 64),
            Task = read.Text(nameof(DaemonOptions.Task), defaults.Task, tasks, "what to do, by name", name => TabletopTask.All.Any(t => t.Name == name)),
            Instruction = read.Text(nameof(DaemonOptions.Instruction), "", "up to 512 characters", "what to do, in plain words, instead of the task's own", t => t.Length <= 512),
            ControlRate = read.Int32(nameof(DaemonOptions.ControlRate), defaults.ControlRate, 50, 1000, "commands to the arm a second, Hz"),
            ObservationRate = ObservationRate(read, defaults.ObservationRate),
            StepRate = read.Number(nameof(DaemonOptions.StepRate), defaults.StepRate, 0.5, 200, "Hz", "steps a second that the robot expects in a chunk"),
            Budget = read.Seconds(nameof(DaemonOptions.Budget), defaults.Budget, 0.01, 10, "how long after capture an answer is of use"),
            Seed = read.Int32(nameof(DaemonOptions.Seed), defaults.Seed, 0, int.MaxValue, "lays out the simulated table"),
            CameraFiles = Cameras(read),
            Seconds = read.Seconds(nameof(DaemonOptions.Seconds), defaults.Seconds, 0, 3600, "how long to run; 0 until stopped by Ctrl-C or SIGTERM"),
            Json = read.Text(nameof(DaemonOptions.Json), "", "a file", "where to write the summary as JSON", _ => true),
            Pictures = read.Text(nameof(DaemonOptions.Pictures), "", "a .png file", "where to draw what the cameras saw and the policy's depth", t => t.EndsWith(".png", StringComparison.OrdinalIgnoreCase)),
            PhysicsLog = read.Text(nameof(DaemonOptions.PhysicsLog), "", "a file", "where to write every step of the physics as CSV", _ => true),
            Priority = read.Int32(nameof(DaemonOptions.Priority), defaults.Priority, 0, 99, "SCHED_FIFO priority of the control thread; 0 asks for none"),
        };
    }

    private static double ObservationRate(OptionReader read, double fallback)
    {
        const double Least = 0.5;
        var rate = read.Number(
            nameof(DaemonOptions.ObservationRate), fallback, 0, 60, "Hz", "observations to the server a second; 0 for what the policy suggests, or else 10");
        if (rate is > 0 and < Least)
        {
            read.Refuse(new(nameof(DaemonOptions.ObservationRate), $"0, or {Least} to 60, Hz", $"{rate}", "look more often, or say 0"));
        }

        return rate;
    }

    private static Dictionary<string, string> Cameras(OptionReader read)
    {
        var text = read.Text(nameof(DaemonOptions.CameraFiles), "", "camera=path,camera=path", "pictures, folders of pictures or videos in the place of cameras", t => Parse(t) is not null);
        return Parse(text) ?? [];
    }

    private static Dictionary<string, string>? Parse(string text)
    {
        var files = new Dictionary<string, string>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [{ Length: > 0 } camera, { Length: > 0 } path] || !files.TryAdd(camera, path)) return null;
        }

        return files;
    }

    private static bool IsServer(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
