using DepthVla.Admin.V1;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Watching.Status;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Models;

/// <summary>Several models of one server, over real sockets: two for the same robots ("pick", "place"), and one for robots with a joint more ("reach").</summary>
public sealed class NamedModelsTests : IDisposable
{
    private static readonly PolicyInfo Hold = new HoldPolicy().Info;

    private static readonly RobotContract OneJointMore = TestRobot.Contract with { RobotId = "robot-3", Joints = [.. TestRobot.Contract.Joints, new("wrist", JointUnit.Radian, -3, 3, 1, 4)] };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-named-");
    private readonly Dictionary<string, PolicyInfo> _policies = new()
    {
        ["pick"] = Hold with { ModelHash = "m-pick" },
        ["place"] = Hold with { ModelHash = "m-place" },
        ["reach"] = Hold with { ModelHash = "m-reach", Joints = [.. Hold.Joints, new("wrist", JointUnit.Radian)], Dims = 3 },
        ["next"] = Hold with { Name = "next", ModelHash = "m-next" },
    };

    public NamedModelsTests()
    {
        foreach (var name in _policies.Keys) File.WriteAllText(Path.Combine(_folder.CreateSubdirectory(name).FullName, "config.json"), "{}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Act_NoModelNamed_IsAnsweredByTheFirstThatFits()
    {
        await using var server = await StartAsync();
        Assert.Equal("m-pick", await AnsweredAsync(server, TestRobot.Contract));
        Assert.Equal("m-reach", await AnsweredAsync(server, OneJointMore));
        Assert.Equal("m-place", await AnsweredAsync(server, TestRobot.Contract with { RobotId = "robot-4", PinnedModelHash = "m-place" }));
    }

    [Fact]
    public async Task Act_ModelNamed_IsAnsweredByThatOneOrRefused()
    {
        await using var server = await StartAsync();
        Assert.Equal("m-place", await AnsweredAsync(server, TestRobot.Contract with { Model = "place" }));
        var refused = await Assert.ThrowsAsync<ContractRefusedException>(() => server.OpenAsync(TestRobot.Contract with { RobotId = "robot-2", Model = "reach" }));
        Assert.Equal("models[reach].joints", Assert.Single(refused.Violations).Field);
    }

    [Theory]
    [InlineData("stack")]
    [InlineData("PICK")]
    public async Task Act_UnknownModelNamed_IsNotFoundWithTheList(string name)
    {
        await using var server = await StartAsync();
        var refused = await Assert.ThrowsAsync<ContractRefusedException>(() => server.OpenAsync(TestRobot.Contract with { Model = name }));
        Assert.Equal((StatusCode.NotFound, Reasons.ModelNotServed), (refused.Status, refused.Reason));
        Assert.Contains($"expected one of pick, place, reach, got {name}", refused.Message, StringComparison.Ordinal);
        var tool = await Assert.ThrowsAsync<RpcException>(async () => await server.Client().InferAsync(new() { Observation = TestRobot.Request("", TestRobot.Observe(1)).Observation, Model = name }, cancellationToken: Stop));
        Assert.Equal(StatusCode.NotFound, tool.StatusCode);
    }

    [Fact]
    public async Task Act_ContractThatFitsNone_SaysForEachModelWhatDiffers()
    {
        await using var server = await StartAsync();
        var refused = await Assert.ThrowsAsync<ContractRefusedException>(() => server.OpenAsync(OneJointMore with { StepRateHz = 30 }));
        Assert.Equal(
            ["models[pick].joints", "models[pick].step_rate_hz", "models[place].joints", "models[place].step_rate_hz", "models[reach].step_rate_hz"],
            refused.Violations.Select(one => one.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Infer_Named_IsAnsweredByThatOne_AndEveryoneIsListed()
    {
        await using var server = await StartAsync();
        foreach (var (name, hash) in new[] { (null, "m-pick"), ("place", "m-place") })
        {
            var remote = await RemotePolicy.ConnectAsync(server.Connect(), MonotonicClock.System, Stop, name);
            Assert.Equal((hash, hash), (remote.Info.ModelHash, (await remote.InferAsync(TestRobot.Observe(1), Stop)).ModelHash));
        }

        Assert.Equal([("pick", "m-pick"), ("place", "m-place"), ("reach", "m-reach")], (await RemotePolicy.ListAsync(server.Connect(), Stop)).Select(one => (one.Name, one.Policy.ModelHash)));
        var metrics = await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        foreach (var name in (string[])["pick", "place", "reach"]) Assert.Contains($"depthvla_model_info{{model=\"{name}\",model_hash=\"m-{name}\"", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 3, "m-reach")]
    [InlineData("place", 2, "m-place")]
    [InlineData(null, 1, "m-pick")]       // fits none: what is first, so that its differences can be told
    public async Task Describe_RobotWithRatesLeftToThePolicy_IsToldOfTheModelThatItWillGet(string? name, int joints, string hash)
    {
        await using var server = await StartAsync();
        using var address = new GrpcPolicyServer(server.GrpcAddress, Contracts.Trust.ServiceCredentials.None);
        var robot = OneJointMore with { Model = name, Joints = OneJointMore.Joints[..joints], StepRateHz = 0, ObservationRateHz = 0 };
        Assert.Equal(hash, (await address.DescribeAsync(robot, MonotonicClock.System, Stop)).ModelHash);
        await Assert.ThrowsAsync<ContractRefusedException>(() => address.DescribeAsync(robot with { Model = "stack" }, MonotonicClock.System, Stop));
    }

    [Fact]
    public async Task Promote_OfOneName_LeavesTheOthersAsTheyAre()
    {
        await using var server = await StartAsync();
        var admin = new AdminService.AdminServiceClient(server.Connect());
        await using var picking = await server.OpenAsync();
        await using var placing = await server.OpenAsync(TestRobot.Contract with { RobotId = "robot-2", Model = "place", PinnedModelHash = "m-place" });
        await using var placed = new Listener(placing);
        await using var picked = new Listener(picking);
        var (asked, over) = (0L, false);
        var load = Task.Run(async () =>
        {
            var hashes = new HashSet<string>();
            while (!Volatile.Read(ref over)) hashes.Add(await AskAsync(placing, placed, ++asked));
            return hashes;
        }, Stop);

        try
        {
            await admin.LoadModelAsync(new() { Path = "next", Name = "pick" }, cancellationToken: Stop);
            for (var swap = 0; swap < 9; swap++)
            {
                var done = await admin.PromoteModelAsync(new() { Model = swap % 2 == 0 ? "m-next" : "m-pick", Name = "pick" }, cancellationToken: Stop);
                Assert.Equal((1u, 0), (done.SessionsKept, done.SessionsEnded.Count));   // robot-1 alone: robot-2's pin would have ended it
                Assert.Equal(swap % 2 == 0 ? "m-next" : "m-pick", await AskAsync(picking, picked, swap + 1));
            }

            await admin.RollbackModelAsync(new() { Name = "pick" }, cancellationToken: Stop);
        }
        finally
        {
            Volatile.Write(ref over, true);
            await load.Soon();
        }

        Assert.Equal(["m-place"], await load);
        var listed = await admin.ListModelsAsync(new(), cancellationToken: Stop);
        Assert.Equal([("pick", "m-pick", "m-next"), ("place", "m-place", null), ("reach", "m-reach", null)], listed.Models.Select(one => (one.Name, one.Served.ModelHash, one.Standby?.ModelHash)));
        Assert.Equal(("m-pick", "m-next"), (listed.Served.ModelHash, listed.Standby.ModelHash));   // what those read who know of one model
        var status = ServerStatus.Read(await server.Http.GetStringAsync(new Uri("/status", UriKind.Relative), Stop))!;
        Assert.Equal([("pick", "m-pick"), ("place", "m-place"), ("reach", "m-reach")], status.Models.Select(one => (one.ServedAs, one.Hash)));
        Assert.Equal([("robot-1", "pick"), ("robot-2", "place")], status.Robots.Select(one => (one.Id, one.Model)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stack")]
    public async Task Change_WithoutTheNameOfOne_IsNotFoundWithTheList(string name)
    {
        await using var server = await StartAsync();
        var admin = new AdminService.AdminServiceClient(server.Connect());
        foreach (var change in (Func<Task>[])[
            async () => await admin.LoadModelAsync(new() { Path = "next", Name = name }, cancellationToken: Stop),
            async () => await admin.PromoteModelAsync(new() { Model = "m-next", Name = name }, cancellationToken: Stop),
            async () => await admin.RollbackModelAsync(new() { Name = name }, cancellationToken: Stop)])
        {
            var refused = await Assert.ThrowsAsync<RpcException>(change);
            Assert.Equal((StatusCode.NotFound, Reasons.ModelNotServed), (refused.StatusCode, PolicyErrors.Translate(refused).Reason));
            Assert.Contains("pick, place, reach", PolicyErrors.Translate(refused).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Models share the time of one thread: who was promised half of it leaves half, whatever that is in observations of another model.</summary>
    [Fact]
    public async Task Act_WhatWasPromisedOfAnotherModel_CountsByItsTime()
    {
        await using var server = await StartAsync();
        var models = server.App.Services.GetRequiredService<ServedModels>();
        models.Find("pick")!.Costs.Begin([0.050]);     // 18 observations/s
        models.Find("reach")!.Costs.Begin([0.010]);    // 90
        using var half = await RawStream.OpenAsync(server, TestRobot.Contract with { ObservationRateHz = 9 });
        using var rest = await RawStream.OpenAsync(server, OneJointMore with { ObservationRateHz = 60 });
        Assert.Equal((9, 45), (half.PromisedRateHz, rest.PromisedRateHz));
    }

    /// <summary>Whatever is in the middle when one fails, what is served under the other names was loaded and is let go.</summary>
    [Fact]
    public async Task Start_OneOfThemCannotBeLoaded_ServesNone()
    {
        _policies.Remove("place");
        await using var server = await RunningServer.LoadAsync(Loader(), WithModels);
        await server.Until(ServingPhase.Failed);
        await Assert.ThrowsAsync<PolicyUnavailableException>(() => server.OpenAsync());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.LoadAsync(Loader(), WithModels);
        await server.Until(ServingPhase.Ready);
        return server;
    }

    private Server.Options.ServerOptions WithModels(Server.Options.ServerOptions options) => options with
    {
        Models = _folder.FullName, Model = [.. ((string[])["pick", "place", "reach"]).Select(name => new Server.Options.NamedCheckpoint(name, Path.Combine(_folder.FullName, name)))],
    };

    private TestLoader Loader() => new((checkpoint, _) => Task.FromResult<IPolicy>(new HoldPolicy { Info = _policies[Path.GetFileName(checkpoint)] }));

    private static async Task<string> AnsweredAsync(RunningServer server, RobotContract contract)
    {
        using var stream = await RawStream.OpenAsync(server, contract);
        await stream.SendAsync(TestRobot.Observe(1) with { Proprioception = JointVector.Zero(contract.Joints.Length) });
        return Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk.ModelHash;
    }

    private static async Task<string> AskAsync(PolicySession session, Listener heard, long sequence)
    {
        session.Post(TestRobot.Observe(sequence));
        return Assert.IsType<ChunkArrived>(await heard.NextAsync()).Chunk.ModelHash;
    }
}
