using System.Net;
using System.Net.WebSockets;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Messages;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.OpenPi;

/// <summary>The port for openpi's clients, on real sockets.</summary>
public sealed class OpenPiTests
{
    [Fact]
    public async Task Infer_LiberoKeys_AnswersWithGrpcsActions()
    {
        await using var server = await StartAsync(new HoldPolicy());
        using var client = await OpenPiSocket.ConnectAsync(server);
        var metadata = await client.MessageAsync();
        Assert.Equal(("hold", "joint_position", 4UL), (metadata.Text("name"), metadata.Text("actions"), metadata.Number("action_horizon")));

        await client.SendAsync(Observation());
        var first = await client.MessageAsync();
        await client.SendAsync(Observation());
        var second = await client.MessageAsync();

        var remote = await RemotePolicy.ConnectAsync(server.Connect(), MonotonicClock.System, TestContext.Current.CancellationToken);
        var chunk = await remote.InferAsync(TestRobot.Observe(1) with { Proprioception = JointVector.From([0.25, 0.02]), NoiseSeed = 7 }, TestContext.Current.CancellationToken).AsTask().Soon();
        Assert.Equal([4, 2], first.Array("actions").Shape);
        Assert.Equal("<f4", first.Array("actions").DType);
        Assert.Equal(chunk.Actions.ToArray().Select(value => (double)value), first.Array("actions").ToDoubles());
        Assert.Equal(7UL, first.Number("noise_seed"));
        Assert.True(first.Array("server_timing.infer_ms")[0] > 0);
        Assert.False(first.Has("server_timing.prev_total_ms"));
        Assert.True(second.Array("server_timing.prev_total_ms")[0] > 0);
    }

    [Theory]
    [InlineData("|u1", false)]
    [InlineData("|u1", true)]
    [InlineData("<f4", false)]
    [InlineData("<f4", true)]
    public async Task Infer_PicturesInEveryLayout_AreThePolicysPixels(string dtype, bool planar)
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 3 * 3).Select(i => (byte)(11 * i))]; // 2 rows of 3 pixels
        byte[] laid = planar ? [.. Enumerable.Range(0, 18).Select(i => pixels[(i % 6 * 3) + (i / 6)])] : pixels;
        int[] shape = planar ? [3, 2, 3] : [2, 3, 3];
        var picture = dtype == "|u1" ? NdArray.Of(laid, [.. shape]) : NdArray.Of([.. laid.Select(value => (value + 0.5f) / 255)], [.. shape]);
        var policy = new GatedPolicy();
        await using var server = await StartAsync(policy);
        using var client = await OpenPiSocket.ConnectedAsync(server);

        await client.SendAsync(With("observation/image", picture));
        var seen = await policy.EnteredAsync();
        policy.Release();

        Assert.Equal(("primary", 3, 2, ImageEncoding.Rgb8), (seen.Frames[0].Camera, seen.Frames[0].Width, seen.Frames[0].Height, seen.Frames[0].Encoding));
        Assert.Equal(pixels, seen.Frames[0].Data.ToArray());
        await client.MessageAsync();
    }

    [Fact]
    public async Task Infer_KeysOfAFile_AreLookedUpWithinDictionaries()
    {
        var keys = new ObservationKeys(["images.cam_high", "images.cam_left_wrist"], ["arm", "hand"], "task");
        await using var server = await StartAsync(new HoldPolicy(), options => options with { OpenpiKeys = keys });
        using var client = await OpenPiSocket.ConnectedAsync(server);
        var picture = NdArray.Of(new byte[12], 2, 2, 3);
        await client.SendAsync(new Dictionary<string, object> { ["images.cam_high"] = picture, ["images.cam_left_wrist"] = picture, ["arm"] = NdArray.Of([0.5]), ["hand"] = 0.02, ["task"] = "hold" });
        Assert.Equal(0.5f, (await client.MessageAsync()).Array("actions")[0]);
    }

    public static TheoryData<string, object?, string> Wrong => new()
    {
        { "observation/image", null, "observation/image: expected an array under this key; the keys that came: observation/wrist_image, observation/state, prompt" },
        { "observation/image", NdArray.Of(new byte[16], 2, 2, 4), "expected a picture, uint8 or float, [height, width, 3] or [3, height, width]" },
        { "observation/state", NdArray.Of([1.0, 2, 3]), "observation/state: expected 2 numbers (waist, gripper), got 3" },
        { "observation/state", NdArray.Of([1.0, double.NaN]), "expected finite numbers, got NaN for gripper" },
        { "observation/state", "folded", "observation/state: expected an array of numbers, got a text" },
        { "prompt", null, "prompt: expected a text under this key" },
        { "prompt", new string('x', 600), "expected at most 512 characters, got 600" },
        { "noise_seed", -1, "noise_seed: expected a whole number from 0 on" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Infer_WrongPart_IsToldByKeyAndEndsWith1011(string key, object? value, string expected)
    {
        await using var server = await StartAsync(new HoldPolicy());
        using var client = await OpenPiSocket.ConnectedAsync(server);
        await client.SendAsync(With(key, value));
        Assert.Contains(expected, await client.FailureAsync(), StringComparison.Ordinal);
        await AnswersAsync(server);
    }

    [Fact]
    public async Task Infer_PolicyThatFails_SaysSoWithoutATrace()
    {
        var policy = new HoldPolicy();
        policy.Scripts["fail"] = _ => throw new InvalidOperationException("secret");
        await using var server = await StartAsync(policy);
        using var client = await OpenPiSocket.ConnectedAsync(server);
        await client.SendAsync(With("prompt", "fail"));
        var told = await client.FailureAsync();
        Assert.Contains("the policy failed", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_LargerThanAllowed_IsRefusedBeforeItIsRead()
    {
        await using var server = await StartAsync(new HoldPolicy(), options => options with { MaxRequestBytes = 64 << 10 });
        using var client = await OpenPiSocket.ConnectedAsync(server);
        await client.SendAsync(With("observation/image", NdArray.Of(new byte[3 << 16], 256, 256, 3)));
        Assert.Contains("expected at most 65536 bytes", await client.FailureAsync(), StringComparison.Ordinal);
    }

    /// <summary>The first client's request is under way; others connect, ask and leave, and a connection that says nothing is there too.</summary>
    [Fact]
    public async Task Infer_SeveralClients_EachGetsItsOwnAnswer()
    {
        await using var server = await StartAsync(new HoldPolicy());
        using var silent = await OpenPiSocket.ConnectAsync(server);
        var clients = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => OpenPiSocket.ConnectedAsync(server)));
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < clients.Length; i++) await clients[i].SendAsync(With("observation/state", NdArray.Of([(double)i, round])));
            for (var i = clients.Length - 1; i >= 0; i--)
            {
                var actions = (await clients[i].MessageAsync()).Array("actions");
                Assert.Equal((i, round), (actions[0], actions[1]));
            }
        }

        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task Connect_MoreThanMayBe_AreRefusedAndRoomIsMadeWhenOneLeaves()
    {
        await using var server = await StartAsync(new HoldPolicy(), options => options with { MaxSessions = 1 });
        using (var first = await OpenPiSocket.ConnectedAsync(server))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => OpenPiSocket.ConnectAsync(server));
            await first.LeaveAsync();
        }

        for (var connected = false; !connected;)
        {
            try
            {
                using var second = await OpenPiSocket.ConnectedAsync(server);
                connected = true;
            }
            catch (WebSocketException) { TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); } // the server has not heard yet
        }
    }

    [Fact]
    public async Task Connect_ByPath_AsksTheModelOfThatName()
    {
        var place = Directory.CreateTempSubdirectory("depthvla-place-");
        await using var server = await RunningServer.LoadAsync(
            new TestLoader((checkpoint, _) => Task.FromResult<IPolicy>(new HoldPolicy { Info = new HoldPolicy().Info with { ModelHash = checkpoint == "/" ? "m-first" : "m-place" } })),
            options => options with { Checkpoint = "/", Model = [new("place", place.FullName)], OpenpiPort = 0 });
        await server.Until(Server.Policies.ServingPhase.Ready);
        foreach (var (path, hash) in new[] { ("", "m-first"), ("/", "m-first"), ("/default", "m-first"), ("/place", "m-place"), ("/place/", "m-place") })
        {
            using var client = await OpenPiSocket.ConnectAsync(server, path: path);
            Assert.Equal(hash, (await client.MessageAsync()).Text("model_hash"));
            await client.SendAsync(Observation());
            Assert.Equal(hash, (await client.MessageAsync()).Text("model_hash"));
        }

        foreach (var path in (string[])["/stack", "/place/2", "/Place"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<HttpRequestException>(() => OpenPiSocket.ConnectAsync(server, path: path))).StatusCode);
        }

        place.Delete();
    }

    [Fact]
    public async Task Connect_WhileLoading_WaitsForTheMetadata()
    {
        var loaded = new TaskCompletionSource<IPolicy>();
        await using var server = await RunningServer.LoadAsync(new TestLoader(_ => loaded.Task), options => options with { OpenpiPort = 0 });
        using var client = await OpenPiSocket.ConnectAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync(server));
        var metadata = client.MessageAsync();
        loaded.SetResult(new HoldPolicy());
        Assert.Equal("hold", (await metadata).Text("name"));
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(server));
    }

    [Fact]
    public async Task Drain_ConnectedClient_IsToldThatTheServerGoes()
    {
        await using var server = await StartAsync(new HoldPolicy(), options => options with { DrainTime = TimeSpan.Zero });
        using var client = await OpenPiSocket.ConnectedAsync(server);
        var ended = client.EndAsync();
        await server.App.StopAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await ended);
    }

    [Fact]
    public async Task Port_ServesNothingElse_AndNoOtherPortServesIt()
    {
        await using var server = await StartAsync(new HoldPolicy());
        using var http = new HttpClient();
        var address = new UriBuilder(OpenPiSocket.Address(server)) { Scheme = "http", Path = "/metrics" }.Uri;
        using var metrics = await http.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UpgradeRequired, metrics.StatusCode);
        using var elsewhere = await server.Http.GetAsync("/healthz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Serve_MessageThatIsBegunAndNotEnded_IsCutOffInItsTime_AndAQuietClientIsNot()
    {
        var time = TestTime.Standing();
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => options with { OpenpiPort = 0 }, time);
        using var quiet = await OpenPiSocket.ConnectedAsync(server);
        using var dripping = await OpenPiSocket.ConnectedAsync(server);
        await dripping.SendAsync(new byte[] { 0x81 }, endOfMessage: false);

        var cut = dripping.EndAsync();
        await Patience.Until(() => cut.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(1)));

        await Assert.ThrowsAnyAsync<WebSocketException>(() => cut);
        await quiet.SendAsync(Observation());
        Assert.Equal(0.25, (await quiet.MessageAsync()).Array("actions")[0]);
    }

    internal static Task<RunningServer> StartAsync(IPolicy policy, Func<ServerOptions, ServerOptions>? configure = null) =>
        RunningServer.StartAsync(policy, options => (configure?.Invoke(options) ?? options) with { OpenpiPort = 0 });

    internal static Dictionary<string, object> Observation() => new()
    {
        ["observation/image"] = NdArray.Of(new byte[12], 2, 2, 3), ["observation/wrist_image"] = NdArray.Of(new byte[12], 2, 2, 3),
        ["observation/state"] = NdArray.Of([0.25, 0.02]), ["prompt"] = "hold", ["noise_seed"] = 7,
    };

    /// <summary>The server still answers.</summary>
    internal static async Task AnswersAsync(RunningServer server)
    {
        using var client = await OpenPiSocket.ConnectedAsync(server);
        await client.SendAsync(Observation());
        Assert.Equal(0.25, (await client.MessageAsync()).Array("actions")[0]);
        await client.LeaveAsync();
    }

    private static Dictionary<string, object> With(string key, object? value)
    {
        var observation = Observation();
        if (value is null) observation.Remove(key);
        else observation[key] = value;
        return observation;
    }

    private static async Task<HttpStatusCode> HealthAsync(RunningServer server)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new UriBuilder(OpenPiSocket.Address(server)) { Scheme = "http", Path = "/healthz" }.Uri, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
