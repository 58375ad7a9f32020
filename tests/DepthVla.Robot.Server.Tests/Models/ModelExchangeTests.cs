using System.Diagnostics;
using DepthVla.Admin.V1;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;

namespace DepthVla.Robot.Server.Tests.Models;

/// <summary>Models changed under robots, over real sockets.</summary>
public sealed class ModelExchangeTests : IDisposable
{
    private static readonly PolicyInfo Hold = new HoldPolicy().Info;

    private static readonly ManualResetEventSlim Never = new();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-models-");
    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("depthvla-outside-");
    private readonly Dictionary<string, Func<IPolicy>> _made = [];

    public ModelExchangeTests()
    {
        Offer("second", () => new HoldPolicy { Info = Hold with { Name = "second", ModelHash = "m2222222" } });
        Offer("three-joints", () => new HoldPolicy { Info = Hold with { Name = "three-joints", ModelHash = "m3333333", Joints = [.. Hold.Joints, new("wrist", 0)], Dims = 3 } });
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _outside.Delete(recursive: true);
    }

    [Fact]
    public async Task Promote_UnderASession_AnswersByTheNewModelAndSaysSoEverywhere()
    {
        await using var server = await StartAsync();
        var admin = Admin(server);
        await using var session = await server.OpenAsync();
        await using var heard = new Listener(session);
        Assert.Equal("m1", await AskAsync(session, heard, 1));

        Assert.Equal("m2222222", (await admin.LoadModelAsync(new() { Path = "second" }, cancellationToken: Stop)).Model.ModelHash);
        Assert.Equal("m1", await AskAsync(session, heard, 2));
        var promoted = await admin.PromoteModelAsync(new() { Model = "second" }, cancellationToken: Stop);

        Assert.Equal((1u, 0), (promoted.SessionsKept, promoted.SessionsEnded.Count));
        Assert.Equal("m2222222", await AskAsync(session, heard, 3));
        Assert.Contains("m2222222", await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop), StringComparison.Ordinal);
        Assert.Contains("m2222222", await server.Http.GetStringAsync(new Uri("/status", UriKind.Relative), Stop), StringComparison.Ordinal);
        var listed = await admin.ListModelsAsync(new(), cancellationToken: Stop);
        Assert.Equal(("m2222222", "m1", true), (listed.Served.ModelHash, listed.Standby.ModelHash, listed.CanRollBack));
        Assert.Equal(["second", "three-joints"], listed.Checkpoints);

        await admin.RollbackModelAsync(new(), cancellationToken: Stop);
        Assert.Equal("m1", await AskAsync(session, heard, 4));
        Assert.Equal(Reasons.ModelUnknown, await RefusedAsync(() => admin.RollbackModelAsync(new(), cancellationToken: Stop)));
    }

    [Fact]
    public async Task Promote_PolicyThatASessionDoesNotFit_EndsItWithTheReason_OrIsRefused()
    {
        await using var server = await StartAsync();
        var admin = Admin(server);
        using var stream = await RawStream.OpenAsync(server);
        using var pinned = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "robot-2", PinnedModelHash = "m1" });
        await admin.LoadModelAsync(new() { Path = "three-joints" }, cancellationToken: Stop);

        Assert.Equal(Reasons.SessionsDoNotFit, await RefusedAsync(() => admin.PromoteModelAsync(new() { Model = "m3333333", OnlyIfFitting = true }, cancellationToken: Stop)));
        await stream.SendAsync(TestRobot.Observe(1));
        Assert.Equal("m1", Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk.ModelHash);

        var promoted = await admin.PromoteModelAsync(new() { Model = "m3333333" }, cancellationToken: Stop);
        Assert.Equal(["robot-1", "robot-2"], promoted.SessionsEnded);
        AssertChanged(await stream.EndAsync());
        AssertChanged(await pinned.EndAsync());
        await Assert.ThrowsAsync<ContractRefusedException>(() => server.ReopenAsync());
    }

    [Fact]
    public async Task Promote_PinnedSession_EndsAloneWhileOthersGoOn()
    {
        await using var server = await StartAsync();
        var admin = Admin(server);
        using var free = await RawStream.OpenAsync(server);
        using var pinned = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "robot-2", PinnedModelHash = "m1" });
        await admin.LoadModelAsync(new() { Path = "second" }, cancellationToken: Stop);

        Assert.Equal(["robot-2"], (await admin.PromoteModelAsync(new() { Model = "second" }, cancellationToken: Stop)).SessionsEnded);
        AssertChanged(await pinned.EndAsync());
        await free.SendAsync(TestRobot.Observe(1));
        Assert.Equal("m2222222", Assert.IsType<ChunkArrived>(await free.NextEventAsync()).Chunk.ModelHash);
    }

    [Fact]
    public async Task Load_OfAnythingThatCannotBeUsed_IsRefusedAndTheOldOneGoesOn()
    {
        Offer("missing-weights", () => throw new FileNotFoundException("model.safetensors"));
        Offer("wrong-answers", () => new HoldPolicy { Scripts = { ["put the spoon on the towel"] = chunk => chunk with { ModelHash = "other" } } });
        Offer("other-answers", () => new HoldPolicy { Info = Hold with { Name = "other-answers" } });
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "link"), _outside.FullName);
        File.WriteAllText(Path.Combine(_folder.FullName, "link", "config.json"), "{}");
        await using var server = await StartAsync();
        var admin = Admin(server);
        foreach (var path in (string[])["", ".", "..", "../" + _folder.Name, "nowhere", "/etc", "link", "second/../.."])
        {
            Assert.Equal(Reasons.ModelPathRefused, await RefusedAsync(() => admin.LoadModelAsync(new() { Path = path }, cancellationToken: Stop)));
        }

        foreach (var path in (string[])["missing-weights", "wrong-answers", "other-answers"])
        {
            Assert.Equal(Reasons.ModelUnusable, await RefusedAsync(() => admin.LoadModelAsync(new() { Path = path }, cancellationToken: Stop)));
        }

        Assert.Equal(Reasons.ModelUnknown, await RefusedAsync(() => admin.PromoteModelAsync(new() { Model = "second" }, cancellationToken: Stop)));
        var listed = await admin.ListModelsAsync(new(), cancellationToken: Stop);
        Assert.Equal(("m1", null), (listed.Served.ModelHash, listed.Standby));
        await using var session = await server.OpenAsync();
        await using var heard = new Listener(session);
        Assert.Equal("m1", await AskAsync(session, heard, 1));
    }

    [Fact]
    public async Task Promote_AHundredTimesUnderSixteenRobots_LosesNothingAndMixesNothing()
    {
        const int Robots = 16, Swaps = 100;
        var standing = SomeMilliseconds("m1");
        Offer("second", () => SomeMilliseconds("m2222222"));
        await using var server = await StartAsync(standing);
        var admin = Admin(server);
        var robots = await Task.WhenAll(Enumerable.Range(0, Robots).Select(i => server.OpenAsync(TestRobot.Contract with { RobotId = $"robot-{i}", ObservationRateHz = 1 })));
        var phase = 0;   // nothing, a model is loaded, models are swapped, over
        var asking = robots.Select(robot => Task.Run(() => AskOnAsync(robot, () => Volatile.Read(ref phase)), Stop)).ToArray();
        await Task.Delay(1000, Stop);
        Volatile.Write(ref phase, 1);
        await admin.LoadModelAsync(new() { Path = "second" }, cancellationToken: Stop);
        Volatile.Write(ref phase, 2);
        for (var swap = 0; swap < Swaps; swap++)
        {
            var to = swap % 2 == 0 ? "m2222222" : "m1";
            await Task.Delay(20, Stop);
            Assert.Equal((uint)Robots, (await admin.PromoteModelAsync(new() { Model = to }, cancellationToken: Stop)).SessionsKept);
        }

        Volatile.Write(ref phase, 3);
        var heard = await Task.WhenAll(asking).Soon();
        foreach (var robot in robots) await robot.DisposeAsync();

        Assert.All(heard, one => Assert.Equal(one.Asked, one.Hashes.Count));                       // none lost, one answer each
        Assert.Equal(["m1", "m2222222"], heard.SelectMany(one => one.Hashes).Distinct().Order(StringComparer.Ordinal));
        var worst = Enumerable.Range(0, 3).Select(i => heard.Max(one => one.Worst[i]).TotalMilliseconds).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine($"{heard.Sum(one => one.Asked)} observations of {Robots} robots, {Swaps} swaps: at worst {worst[0]:0.0} ms before, {worst[1]:0.0} ms while a model is loaded, {worst[2]:0.0} ms while models are swapped");
    }

    [Fact]
    public async Task Load_ThatTakesLong_RobotsAreAnsweredAndAnotherChangeIsToldToWait()
    {
        using var begun = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        Offer("slow", () =>
        {
            begun.Release();
            goOn.Wait(Stop);
            return new HoldPolicy { Info = Hold with { ModelHash = "m4444444" } };
        });
        await using var server = await StartAsync();
        var admin = Admin(server);
        await using var session = await server.OpenAsync();
        await using var heard = new Listener(session);
        var loading = admin.LoadModelAsync(new() { Path = "slow" }, cancellationToken: Stop).ResponseAsync;
        await begun.WaitAsync(Stop).Soon();

        Assert.Equal("m1", await AskAsync(session, heard, 1));
        Assert.Equal(Reasons.ModelBusy, await RefusedAsync(() => admin.RollbackModelAsync(new(), cancellationToken: Stop)));
        goOn.Set();
        Assert.Equal("m4444444", (await loading.Soon()).Model.ModelHash);
    }

    [Fact]
    public async Task Promote_WhatTheOldPolicyKeptOfARobot_IsNotShownToTheNewOne()
    {
        var next = new RememberingPolicy { Info = Hold with { ModelHash = "m5555555" } };
        Offer("next", () => next);
        await using var server = await StartAsync(new RememberingPolicy());
        var admin = Admin(server);
        await using var session = await server.OpenAsync();
        await using var heard = new Listener(session);
        await AskAsync(session, heard, 1);
        await admin.LoadModelAsync(new() { Path = "next" }, cancellationToken: Stop);
        await admin.PromoteModelAsync(new() { Model = "m5555555" }, cancellationToken: Stop);

        await AskAsync(session, heard, 2);
        Assert.Null(next.Found);
        await AskAsync(session, heard, 3);
        Assert.NotNull(next.Found);
    }

    [Fact]
    public async Task Load_WithoutAFolderOfModels_SaysWhatToDo()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Admin(server).LoadModelAsync(new() { Path = "second" }, cancellationToken: Stop));
        Assert.Contains("--models FOLDER", PolicyErrors.Translate(refused).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<RunningServer> StartAsync() => StartAsync(new HoldPolicy());

    private async Task<RunningServer> StartAsync(IPolicy first)
    {
        var server = await RunningServer.LoadAsync(
            new TestLoader((checkpoint, _) => Task.FromResult(checkpoint.Length == 0 ? first : _made[Path.GetFileName(checkpoint)]())), options => options with { Models = _folder.FullName });
        await server.Until(ServingPhase.Ready);
        return server;
    }

    private void Offer(string name, Func<IPolicy> make)
    {
        File.WriteAllText(Path.Combine(_folder.CreateSubdirectory(name).FullName, "config.json"), "{}");
        _made[name] = make;
    }

    private static AdminService.AdminServiceClient Admin(RunningServer server) => new(server.Connect());

    private static async Task<string> AskAsync(PolicySession session, Listener heard, long sequence)
    {
        session.Post(TestRobot.Observe(sequence));
        return Assert.IsType<ChunkArrived>(await heard.NextAsync()).Chunk.ModelHash;
    }

    // One observation after the other, each answered before the next, until it is told to stop.
    private static async Task<(int Asked, List<string> Hashes, TimeSpan[] Worst)> AskOnAsync(PolicySession session, Func<int> phase)
    {
        await using var heard = new Listener(session);
        var (asked, hashes, worst) = (0, new List<string>(), new TimeSpan[3]);
        while (phase() is var now && now < worst.Length)
        {
            var start = Stopwatch.GetTimestamp();
            hashes.Add(await AskAsync(session, heard, ++asked));
            var took = Stopwatch.GetElapsedTime(start);
            if (took > worst[now]) worst[now] = took;
        }

        return (asked, hashes, worst);
    }

    // Holds still after a millisecond.
    private static HoldPolicy SomeMilliseconds(string hash) => new()
    {
        Info = Hold with { ModelHash = hash },
        Scripts =
        {
            ["hold"] = chunk =>
            {
                Never.Wait(1, Stop);
                return chunk;
            },
        },
    };

    private static async Task<string> RefusedAsync<T>(Func<AsyncUnaryCall<T>> call) =>
        PolicyErrors.Translate(await Assert.ThrowsAsync<RpcException>(async () => await call())).Reason;

    private sealed class RememberingPolicy : HoldPolicy
    {
        /// <summary>What was in the last robot's memory.</summary>
        public IDisposable? Found { get; private set; }

        public override ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
        {
            Found = observation.Memory?.Take();
            observation.Memory?.Keep(new CancellationTokenSource());
            return base.InferAsync(observation, cancellationToken);
        }
    }

    private static void AssertChanged(RpcException end) => Assert.Equal((StatusCode.Unavailable, Reasons.ModelChanged), (end.StatusCode, PolicyErrors.Translate(end).Reason));
}
