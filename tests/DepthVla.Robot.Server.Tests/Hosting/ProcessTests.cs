using System.Diagnostics;
using System.Text.RegularExpressions;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Server.Tests.Hosting;

/// <summary>The executable itself, as a process with signals.</summary>
public sealed partial class ProcessTests : IDisposable
{
    private readonly string _checkpoint = Directory.CreateTempSubdirectory("depthvla-server-").FullName;

    public void Dispose() => Directory.Delete(_checkpoint, recursive: true);

    [Fact]
    public async Task Run_RealCheckpoint_ServesChunksAndLeavesInOrderOnSigterm()
    {
        CheckpointWriter.Init(_checkpoint, Presets.Load("depthvla-tiny-joints"), Presets.NominalStats(), tokenizer: null, DType.BFloat16);
        using var server = Start("--checkpoint", _checkpoint, "--grpc-port", "0", "--http-port", "0", "--threads", "1");
        var address = (await LineAsync(server, GrpcAddress())).Groups[1].Value;
        await LineAsync(server, Ready());

        using var channel = ServiceChannel.Create(address);
        var policy = (await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, TestContext.Current.CancellationToken)).Info;
        await using var session = await PolicySession.OpenAsync(channel, Fitting(policy), MonotonicClock.System, TestContext.Current.CancellationToken).Soon();
        await using var listener = new Listener(session);
        session.Post(Observe(policy));
        var chunk = Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk;
        Assert.Equal((policy.Horizon, policy.Joints.Length, policy.ModelHash), (chunk.Steps, chunk.Dims, chunk.ModelHash));

        using (var kill = Process.Start("kill", ["-TERM", $"{server.Id}"])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.IsType<ServerDraining>(await listener.NextAsync());
        await session.CompleteAsync().Soon();
        Assert.True(await listener.EndsAsync());
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task Run_FolderThatIsNoCheckpoint_SaysWhyAndExitsWithOne()
    {
        using var server = Start("--checkpoint", _checkpoint, "--grpc-port", "0", "--http-port", "0");
        var output = await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(1, server.ExitCode);
        Assert.Contains("config.json", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralModelsThatCannotBeServed_SaysOfEachWhyAndExitsWithOne()
    {
        var large = Path.Combine(_checkpoint, "large");
        Directory.CreateDirectory(large);
        using (var weights = File.Create(Path.Combine(large, "model.safetensors"))) weights.SetLength(1L << 42);   // of holes
        using var server = Start("--model", $"nothing={_checkpoint}", "--model", $"large={large}", "--grpc-port", "0", "--http-port", "0");
        var output = await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(1, server.ExitCode);
        Assert.Contains($"nothing ({_checkpoint}) could not be loaded", output, StringComparison.Ordinal);
        Assert.Contains("config.json", output, StringComparison.Ordinal);
        Assert.Contains($"large ({large}) could not be loaded", output, StringComparison.Ordinal);
        Assert.Contains("the weights take 4398.0 GB", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralOptionsWrong_ListsAllAndExitsWithTwo()
    {
        using var server = Start("--checkpoint", "/does/not/exist", "--threads", "many");
        var error = await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(2, server.ExitCode);
        Assert.Contains("2 problems", error, StringComparison.Ordinal);
        Assert.Contains("Checkpoint: expected an existing folder, got '/does/not/exist' (from --checkpoint)", error, StringComparison.Ordinal);
        Assert.Contains("Threads: expected 0 to 1024, got 'many' (from --threads)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "--checkpoint")]
    [InlineData("-h", "DEPTHVLA__NAME")]
    [InlineData("--version", "depthvla-server 0.")]
    public async Task Run_AskedAboutItself_AnswersAndExitsWithZero(string argument, string expected)
    {
        using var server = Start(argument);
        var output = await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(0, server.ExitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "depthvla-server"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task<Match> LineAsync(Process server, Regex pattern)
    {
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Soon() is { } line)
        {
            if (pattern.Match(line) is { Success: true } match) return match;
        }

        throw new EndOfStreamException($"the server ended without saying {pattern}");
    }

    private static RobotContract Fitting(PolicyInfo policy) => new()
    {
        RobotId = "robot-1", Cameras = [.. policy.Cameras.Select(c => new CameraSpec(c, 64, 48, ImageEncoding.Rgb8))],
        Joints = [.. policy.Joints.Select(j => new JointSpec(j.Name, j.Unit, -3, 3, 1, 4))],
        ControlRateHz = 500, ObservationRateHz = 5, StepRateHz = policy.StepRateHz, Actions = [policy.Actions],
    };

    private static Observation Observe(PolicyInfo policy) => new()
    {
        Sequence = 1, CaptureTimeNs = MonotonicClock.System.NowNs, BudgetNs = 60_000_000_000,
        Frames = [.. policy.Cameras.Select(c => new CameraFrame { Camera = c, Encoding = ImageEncoding.Rgb8, Width = 64, Height = 48, Stride = 192, CaptureTimeNs = 0, Sequence = 1, Data = new byte[192 * 48] })],
        Proprioception = JointVector.Zero(policy.Joints.Length), Instruction = "put the spoon on the towel",
    };

    [GeneratedRegex(@"gRPC on ""?(http://[0-9.:]+)")]
    private static partial Regex GrpcAddress();

    [GeneratedRegex("Ready: ")]
    private static partial Regex Ready();
}
