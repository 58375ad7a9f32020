using System.Runtime.InteropServices;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Models;

/// <summary>One server of two real checkpoints, the shipped one and one of random weights: tool poses and joint positions.</summary>
public sealed class NamedModelsTests : ProgramTest
{
    private const int Observations = 6;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Act_TwoModelsOfOneServer_EachAnswersAsItDoesAlone_AndADaemonGetsTheOneThatItNames()
    {
        var joints = Path.Combine(Folder, "joints");
        var (made, said) = await RunningProgram.RunAsync(Places.Program("Tools", "depthvla"), "checkpoint", "init", "--out", joints, "--config", "depthvla-tiny-joints");
        Assert.True(made == 0, said);
        string[] alone = [await AloneAsync(Places.TinyCheckpoint), await AloneAsync(joints)];

        await using var server = await PolicyServer.StartAsync(Places.TinyCheckpoint, RunningProgram.Patience, 0, "--model", $"joints={joints}");
        var policies = await ListAsync(server);
        Assert.Equal(["default", "joints"], policies.Select(one => one.Name));
        // By contract alone, both at once and so in turn.
        Assert.Equal(alone, await Task.WhenAll(policies.Select((one, i) => AskAsync(server, Fitting(one.Policy, $"robot-{i}"), one.Policy))));

        var daemon = RobotDaemon.Start(Folder, server.Address, "--model", "joints");
        await using (daemon)
        {
            await daemon.LineAsync("Session [0-9a-f]+: policy depthvla-tiny-joints,");
            await StopAsync(daemon);
        }

        await using var lost = RobotDaemon.Start(Folder, server.Address, "--model", "stack");
        Assert.NotEqual(0, await lost.ExitAsync());
        Assert.Contains("model: expected one of default, joints, got stack", lost.Output, StringComparison.Ordinal);
    }

    private static async Task<string> AloneAsync(string checkpoint)
    {
        await using var server = await PolicyServer.StartAsync(checkpoint, RunningProgram.Patience);
        var (_, policy) = Assert.Single(await ListAsync(server));
        return await AskAsync(server, Fitting(policy, "robot-0"), policy);
    }

    private static async Task<IReadOnlyList<(string Name, PolicyInfo Policy)>> ListAsync(PolicyServer server)
    {
        using var channel = ServiceChannel.Create(server.Address);
        return await RemotePolicy.ListAsync(channel, Stop);
    }

    // Every number of every answer, bit for bit.
    private static async Task<string> AskAsync(PolicyServer server, RobotContract contract, PolicyInfo policy)
    {
        using var channel = ServiceChannel.Create(server.Address);
        await using var session = await PolicySession.OpenAsync(channel, contract, MonotonicClock.System, Stop);
        await using var told = session.ReceiveAsync(Stop).GetAsyncEnumerator(Stop);
        var answers = new List<string>();
        for (var sequence = 1; sequence <= Observations; sequence++)
        {
            session.Post(Observe(policy, sequence));
            Assert.True(await told.MoveNextAsync());
            var chunk = Assert.IsType<ChunkArrived>(told.Current).Chunk;
            Assert.Equal(policy.ModelHash, chunk.ModelHash);
            answers.Add(Convert.ToHexString(MemoryMarshal.AsBytes(chunk.Actions.Span)));
        }

        Assert.Equal(Observations, answers.Distinct().Count());
        return string.Join('\n', answers);
    }

    private static RobotContract Fitting(PolicyInfo policy, string robot) => new()
    {
        RobotId = robot, Cameras = [.. policy.Cameras.Select(camera => new CameraSpec(camera, 64, 48, ImageEncoding.Rgb8))],
        Joints = [.. policy.Joints.Select((joint, i) => new JointSpec(joint.Name, joint.Unit, -3, 3, 1, 4, IsGripper: i == policy.Joints.Length - 1))],
        ControlRateHz = 500, ObservationRateHz = 1, StepRateHz = policy.StepRateHz, Actions = [policy.Actions],
    };

    private static Observation Observe(PolicyInfo policy, int sequence)
    {
        byte[] picture = [.. Enumerable.Range(0, 3 * 64 * 48).Select(i => (byte)(i * (sequence + 7)))];
        return new()
        {
            Sequence = sequence, CaptureTimeNs = MonotonicClock.System.NowNs, BudgetNs = 60_000_000_000, NoiseSeed = (ulong)sequence,
            Frames = [.. policy.Cameras.Select(camera => new CameraFrame { Camera = camera, Encoding = ImageEncoding.Rgb8, Width = 64, Height = 48, Stride = 192, CaptureTimeNs = 0, Sequence = sequence, Data = picture })],
            Proprioception = JointVector.From([.. policy.Joints.Select((_, i) => 0.01 * i)]), Instruction = "put the spoon on the towel",
        };
    }
}
