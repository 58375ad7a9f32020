using System.Text.Json;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>depthvla-daemon, and the files that it leaves.</summary>
internal sealed class RobotDaemon : RunningProgram
{
    private static readonly string Built = Places.Program("Daemon", "depthvla-daemon");

    private readonly string _folder;

    private RobotDaemon(string program, string folder, string[] arguments, IReadOnlyDictionary<string, string> environment)
        : base(program, ["--json", Json(folder), "--pictures", Png(folder), .. arguments], environment) => _folder = folder;

    /// <summary>With its simulated arm.</summary>
    /// <param name="folder">Where to leave the files.</param>
    /// <param name="server">The policy server's address.</param>
    /// <param name="arguments">Further options.</param>
    public static RobotDaemon Start(string folder, string server, params string[] arguments) =>
        new(Built, folder, ["--server", server, "--physics-log", Csv(folder), .. arguments], new Dictionary<string, string>());

    /// <summary>With something in its environment.</summary>
    public static RobotDaemon Start(string folder, string server, IReadOnlyDictionary<string, string> environment) =>
        new(Built, folder, ["--server", server, "--physics-log", Csv(folder)], environment);

    /// <summary>Another executable than the one that was built with the tests.</summary>
    public static RobotDaemon StartAs(string program, string folder, string server, params string[] arguments) =>
        new(program, folder, ["--server", server, "--physics-log", Csv(folder), .. arguments], new Dictionary<string, string>());

    /// <summary>With an arm that is not simulated, a photograph in the place of each camera, and the patience that a busy machine asks for.</summary>
    /// <param name="folder">Where to leave the files.</param>
    /// <param name="server">The policy server's address.</param>
    /// <param name="arm">Which arm, and where.</param>
    public static RobotDaemon StartReal(string folder, string server, params string[] arm) => StartRealAs(Built, folder, server, new Dictionary<string, string>(), arm);

    /// <summary>The same, with another executable and something in its environment.</summary>
    public static RobotDaemon StartRealAs(string program, string folder, string server, IReadOnlyDictionary<string, string> environment, params string[] arm)
    {
        var photograph = Photograph.Write(folder);
        string[] told = ["--cameras", $"primary={photograph},wrist={photograph}@20ms", "--instruction", "put the spoon on the towel", "--max-state-age", "1"];
        return new(program, folder, ["--server", server, .. told, "--arm", .. arm], environment);
    }

    public string Pictures => Png(_folder);

    /// <summary>Waits until a chunk has been followed for some time: the <paramref name="session"/>th session's.</summary>
    public async Task FollowsAsync(int session = 1)
    {
        await LineAsync("Session [0-9a-f]+: policy ", session);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
    }

    /// <summary>The summary, once the process has ended.</summary>
    public JsonElement Summary() => JsonDocument.Parse(File.ReadAllText(Json(_folder))).RootElement;

    /// <summary>Every physics step, once the process has ended.</summary>
    public PhysicsRecord Physics() => PhysicsRecord.Read(Csv(_folder));

    private static string Json(string folder) => Path.Combine(folder, "summary.json");

    private static string Csv(string folder) => Path.Combine(folder, "physics.csv");

    private static string Png(string folder) => Path.Combine(folder, "pictures.png");
}
