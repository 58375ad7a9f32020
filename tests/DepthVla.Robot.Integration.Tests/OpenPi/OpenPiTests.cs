using System.Text.Json;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.OpenPi;

/// <summary>Other people's clients at our server, and our daemon at other people's servers; each a process, the wire real.</summary>
public sealed class OpenPiTests : ProgramTest
{
    private const string Python = "/usr/bin/python3"; // Debian's, with Debian's msgpack and numpy
    private const int Side = 224;

    private static readonly string Mapping = Places.InRepository("docs", "examples", "openpi", "depthvla-tiny.json");

    [Fact]
    public async Task Infer_DebiansWebsocketsAndMsgpack_GetGrpcsActions()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        var answer = await AskAsync(new(Python, Script("ask.py"), "websockets", server.OpenPiAddress));
        await AssertIsGrpcsAsync(answer, server);
    }

    /// <summary>openpi's client needs a newer websockets than Debian's; neither comes with this repository.</summary>
    [Fact]
    public async Task Infer_OpenPisOwnClient_GetsGrpcsActions()
    {
        var (openpi, websockets) = (Environment.GetEnvironmentVariable("DEPTHVLA_OPENPI"), Environment.GetEnvironmentVariable("DEPTHVLA_WEBSOCKETS"));
        Assert.SkipWhen(openpi is null || websockets is null, "DEPTHVLA_OPENPI and DEPTHVLA_WEBSOCKETS do not say where checkouts of openpi and of websockets (11 or newer) are");
        var path = $"{Path.Combine(websockets, "src")}:{Path.Combine(openpi, "packages", "openpi-client", "src")}";
        await using var server = await PolicyServer.StartTinyAsync();
        var answer = await AskAsync(new(Python, [Script("ask.py"), "openpi", server.OpenPiAddress], new Dictionary<string, string> { ["PYTHONPATH"] = path }));
        await AssertIsGrpcsAsync(answer, server);
    }

    [Fact]
    public async Task Run_OurPolicyByTheirProtocol_TouchesTheRedBlock()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.OpenPiAddress, "--openpi-mapping", Mapping, "--tasks", "touch-red", "--attempts", "2");
        var exitCode = await daemon.ExitAsync();

        var summary = daemon.Summary();
        AssertSafe(summary);
        AssertEnded(exitCode, summary);
        Assert.Equal("depthvla-tiny", summary.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal([true, true], summary.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("success").GetBoolean()));
    }

    [Fact]
    public async Task Run_AnswersThatNoArmMayFollow_NothingMoves()
    {
        await using var python = new RunningProgram(Python, Script("broken_policy.py"));
        var address = (await python.LineAsync(@"listening on (ws://[\d.:]+)")).Groups[1].Value;
        await using var daemon = RobotDaemon.Start(Folder, address, "--openpi-mapping", Mapping, "--task", "touch-red");
        foreach (var told in (string[])["expected a finite number", @"expected \[1 to 8, 7\], got <f8 \[8, 3\]", @"got <f8 \[0, 7\]", "expected an array of numbers, got a text", "keys that came: none", "got Unknown", "ValueError: out of sight"])
        {
            await daemon.LineAsync(told);
        }

        var summary = await StopAsync(daemon);
        Assert.NotEqual(0, summary.GetProperty("physics").GetProperty("steps").GetInt64());
        Assert.Null(daemon.Physics().FirstCommandChangeNs());
    }

    [Fact]
    public async Task Check_MappingThatDoesNotFit_IsRefusedByName()
    {
        var mapping = Path.Combine(Folder, "mapping.json");
        await File.WriteAllTextAsync(mapping, """{ "images": ["image"], "state": { "state": ["joints"] }, "actions": "tool_pose_step", "steps": 8, "step_rate_hz": 10, "scale": [1, 2] }""", TestContext.Current.CancellationToken);
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.OpenPiAddress, "--openpi-mapping", mapping);
        Assert.Equal(3, await daemon.ExitAsync());
        await daemon.LineAsync(@"do not fit; nothing moved.*images: expected 2 keys, one a camera \(primary, wrist\), got 1.*scale: expected 1 or 6 numbers, got 2");
        Assert.Null(daemon.Physics().FirstCommandChangeNs());
    }

    private static string Script(string name) => Places.InRepository("tests", "DepthVla.Robot.Integration.Tests", "OpenPi", name);

    private static async Task<JsonElement> AskAsync(RunningProgram python)
    {
        await using var asking = python;
        Assert.True(await asking.ExitAsync() == 0, asking.Output);
        return JsonDocument.Parse(asking.Output).RootElement;
    }

    private static async Task AssertIsGrpcsAsync(JsonElement answer, PolicyServer server)
    {
        using var channel = ServiceChannel.Create(server.Address);
        var remote = await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, TestContext.Current.CancellationToken);
        var chunk = await remote.InferAsync(Observation(remote.Info), TestContext.Current.CancellationToken);
        Assert.Equal("<f4", answer.GetProperty("dtype").GetString());
        Assert.Equal(remote.Info.ModelHash, answer.GetProperty("metadata").GetProperty("model_hash").GetString());
        foreach (var actions in answer.GetProperty("actions").EnumerateArray())
        {
            Assert.Equal(chunk.Steps, actions.GetArrayLength());
            Assert.Equal(chunk.Actions.ToArray(), actions.EnumerateArray().SelectMany(step => step.EnumerateArray()).Select(value => (float)value.GetDouble()));
        }

        var timings = answer.GetProperty("server_timing").EnumerateArray().ToArray();
        Assert.True(timings[0].GetProperty("infer_ms").GetDouble() > 0);
        Assert.True(timings[1].GetProperty("prev_total_ms").GetDouble() > 0);
    }

    // What ask.py sends.
    private static Observation Observation(PolicyInfo policy)
    {
        CameraFrame Frame(string camera, int factor, int modulus) => new()
        {
            Camera = camera, Encoding = ImageEncoding.Rgb8, Width = Side, Height = Side, Stride = 3 * Side, CaptureTimeNs = 1, Sequence = 1,
            Data = Enumerable.Range(0, Side * Side * 3).Select(i => (byte)(i * factor % modulus)).ToArray(),
        };
        var last = policy.Joints.Length - 1;
        return new()
        {
            Sequence = 1, CaptureTimeNs = MonotonicClock.System.NowNs, BudgetNs = 60_000_000_000, Instruction = "touch the red block", NoiseSeed = 12345,
            Frames = [Frame(policy.Cameras[0], 7, 251), Frame(policy.Cameras[1], 11, 241)],
            Proprioception = JointVector.From([.. policy.Joints.Select((_, i) => 0.03 / last * i)]),
        };
    }
}
