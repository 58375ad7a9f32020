using System.Net.Sockets;
using System.Text.Json;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>depthvla-daemon, and the files that it leaves.</summary>
internal sealed class RobotDaemon : RunningProgram
{
    private const int Some = 3; // chunks

    private static readonly string Built = Places.Program("Daemon", "depthvla-daemon");

    private readonly string _folder;

    // With the patience that a busy machine asks for: its threads sleep through the tenth of a second that is the default.
    private RobotDaemon(string program, string folder, string[] arguments, IReadOnlyDictionary<string, string> environment)
        : base(program, ["--json", Json(folder), "--pictures", Png(folder), "--operator-socket", SocketIn(folder), "--max-state-age", "1", .. arguments], environment) => _folder = folder;

    /// <summary>With its simulated arm.</summary>
    /// <param name="folder">Where to leave the files.</param>
    /// <param name="server">The policy server's address.</param>
    /// <param name="arguments">Further options.</param>
    public static RobotDaemon Start(string folder, string server, params string[] arguments) =>
        StartAs(Built, folder, server, arguments);

    /// <summary>With something in its environment.</summary>
    public static RobotDaemon Start(string folder, string server, IReadOnlyDictionary<string, string> environment) =>
        new(Built, folder, ["--server", server, "--physics-log", Csv(folder)], environment);

    /// <summary>Another executable than the one that was built with the tests.</summary>
    public static RobotDaemon StartAs(string program, string folder, string server, params string[] arguments) =>
        new(program, folder, ["--server", server, "--physics-log", Csv(folder), .. arguments], new Dictionary<string, string>());

    /// <summary>With an arm that is not simulated, and a photograph in the place of each camera.</summary>
    /// <param name="folder">Where to leave the files.</param>
    /// <param name="server">The policy server's address.</param>
    /// <param name="arm">Which arm, and where.</param>
    public static RobotDaemon StartReal(string folder, string server, params string[] arm) => StartRealAs(Built, folder, server, new Dictionary<string, string>(), arm);

    /// <summary>The same, with another executable and something in its environment.</summary>
    public static RobotDaemon StartRealAs(string program, string folder, string server, IReadOnlyDictionary<string, string> environment, params string[] arm)
    {
        var photograph = Photograph.Write(folder);
        string[] told = ["--cameras", $"primary={photograph},wrist={photograph}@20ms", "--instruction", "put the spoon on the towel", "--start", "armed"];
        return new(program, folder, ["--server", server, .. told, "--arm", .. arm], environment);
    }

    public string Pictures => Png(_folder);

    /// <summary>Where its operator speaks to it.</summary>
    public string OperatorSocket => SocketIn(_folder);

    /// <summary>An operator's word to it: the exit code, and what was printed.</summary>
    public Task<(int ExitCode, string Output)> TellAsync(string verb, params string[] options) =>
        RunAsync(Places.Program("Daemon", "depthvla-daemon"), [verb, "--operator-socket", OperatorSocket, .. options]);

    /// <summary>What <c>teach</c> and these words came to.</summary>
    public Task<(int ExitCode, string Output)> TeachAsync(params string[] words) =>
        RunAsync(Places.Program("Daemon", "depthvla-daemon"), ["teach", .. words, "--operator-socket", OperatorSocket]);

    /// <summary>What the socket says of it, as any HTTP client hears it.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        return JsonDocument.Parse(await http.GetStringAsync(new Uri("http://localhost/status"), TestContext.Current.CancellationToken)).RootElement;
    }

    /// <summary>Waits until it is in a mode.</summary>
    public async Task ComesIntoAsync(string mode)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await StatusAsync()).GetProperty("mode").GetString() != mode) await Task.Delay(50, patience.Token);
    }

    /// <summary>Waits until chunks have been followed for some time: the <paramref name="session"/>th session's.</summary>
    public async Task FollowsAsync(int session = 1)
    {
        await LineAsync("Session [0-9a-f]+: policy ", session);
        await FollowsOnAsync();
    }

    /// <summary>Waits until chunks that come from now on have been followed for some time.</summary>
    public async Task FollowsOnAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        for (var first = await ChunksAsync(); await ChunksAsync() < first + Some;) await Task.Delay(50, patience.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);

        async Task<long> ChunksAsync() => (await StatusAsync()).GetProperty("chunks").GetInt64();
    }

    /// <summary>The summary, once the process has ended.</summary>
    public JsonElement Summary() => JsonDocument.Parse(File.ReadAllText(Json(_folder))).RootElement;

    /// <summary>Every physics step, once the process has ended.</summary>
    public PhysicsRecord Physics() => PhysicsRecord.Read(Csv(_folder));

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(OperatorSocket), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static string SocketIn(string folder) => Path.Combine(folder, "operator.sock");

    private static string Json(string folder) => Path.Combine(folder, "summary.json");

    private static string Csv(string folder) => Path.Combine(folder, "physics.csv");

    private static string Png(string folder) => Path.Combine(folder, "pictures.png");
}
