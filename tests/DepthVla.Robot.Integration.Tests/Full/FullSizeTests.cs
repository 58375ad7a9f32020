using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Full;

/// <summary>The paper's sizes on a machine without a GPU: 7.7 GB of disk, about 7 GiB of memory, some minutes.</summary>
[Trait("Size", "Full")]
[Collection(nameof(Alone))]
public sealed class FullSizeTests : ProgramTest
{
    private const long MostResidentBytes = (long)(9.5 * (1L << 30));

    // 2 bytes a parameter, but for the embedding table, of which only the prompt's rows are read. With less the weights were never used.
    private const long WeightsReadBytes = 2 * (3_854_083_028L - 257_152L * 2048);

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Serve_DepthVla3B_FitsItsMemoryAndSaysThatTheBudgetWasMissed()
    {
        var checkpoint = Path.Combine(Folder, "depthvla-3b");
        await using (var init = new RunningProgram(Places.Program("Tools", "depthvla"), "checkpoint", "init", "--config", "depthvla-3b", "--out", checkpoint))
        {
            await init.LineAsync("3[ ,]?854[ ,]?083[ ,]?028", patience: Long);
            Assert.Equal(0, await init.ExitAsync());
        }

        Assert.InRange(Directory.GetFiles(checkpoint).Sum(file => new FileInfo(file).Length), 7_700_000_000, 7_720_000_000); // 2 bytes a parameter

        await using var server = await PolicyServer.StartAsync(checkpoint, Long);
        using var channel = ServiceChannel.Create(server.Address);
        var policy = await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, TestContext.Current.CancellationToken);
        var start = Stopwatch.GetTimestamp();
        var chunk = await policy.InferAsync(Observe(policy.Info), TestContext.Current.CancellationToken);

        Assert.Equal(3_854_083_028, policy.Info.Parameters);
        Assert.Equal((policy.Info.Horizon, policy.Info.Joints.Length), (chunk.Steps, chunk.Dims));
        Assert.All(chunk.Actions.ToArray(), action => Assert.True(float.IsFinite(action)));
        Assert.True(chunk.BudgetMissed || Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(210), "an answer after the budget must say so");
        var resident = PeakResidentBytes(server.Id);
        TestContext.Current.TestOutputHelper?.WriteLine($"peak resident {resident / 1e9:0.00} GB, inference {chunk.Timings[Stage.Total] / 1e9:0.0} s");
        Assert.InRange(resident, WeightsReadBytes, MostResidentBytes);
    }

    private static long PeakResidentBytes(int process) => 1024 * long.Parse(
        Regex.Match(File.ReadAllText($"/proc/{process}/status"), @"VmHWM:\s+(\d+) kB").Groups[1].Value, CultureInfo.InvariantCulture);

    private static Observation Observe(PolicyInfo policy) => new()
    {
        Sequence = 1, CaptureTimeNs = MonotonicClock.System.NowNs, BudgetNs = 210_000_000,
        Frames =
        [
            .. policy.Cameras.Select(camera => new CameraFrame
            {
                Camera = camera, Encoding = ImageEncoding.Rgb8, Width = 640, Height = 480, Stride = 1920, CaptureTimeNs = 0, Sequence = 1,
                Data = Enumerable.Range(0, 1920 * 480).Select(i => (byte)(i % 251)).ToArray(),
            }),
        ],
        Proprioception = JointVector.Zero(policy.Joints.Length), Instruction = "put the spoon on the towel",
    };
}
