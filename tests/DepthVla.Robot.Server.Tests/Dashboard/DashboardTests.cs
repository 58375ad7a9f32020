using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Watching.Status;

namespace DepthVla.Robot.Server.Tests.Dashboard;

public sealed class DashboardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_AfterSomeWork_IsWhatMetricsSay()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            await stream.SendAsync(TestRobot.Observe(sequence, budgetMs: sequence == 20 ? 1 : 60_000) with { Mode = Mode.Tracking, CaptureTimeNs = 1 });
            await stream.NextEventAsync();
        }

        using var http = server.Http;
        ServerStatus status = null!;
        var text = "";
        await Patience.Until(() => status is not null && text.Contains("depthvla_chunk_latency_seconds_count 20\n", StringComparison.Ordinal), () => // counted just after it is sent
        {
            status = ServerStatus.Read(http.GetStringAsync("/status", Stop).GetAwaiter().GetResult())!;
            text = http.GetStringAsync("/metrics", Stop).GetAwaiter().GetResult();
        });

        Assert.Equal(("ready", "m1", "float32"), (status.Phase, Assert.Single(status.Models).Hash, status.Models[0].Precision));
        AssertSame(Scraped(text, "depthvla_chunk_latency_seconds", ""), status.Latency.Ever);
        AssertSame(Scraped(text, "depthvla_chunk_latency_seconds", ""), status.Latency.Lately); // all of it is younger than a minute
        AssertSame(Scraped(text, "depthvla_queue_duration_seconds", ""), Assert.Single(status.Stages, stage => stage.Stage == "queue").Spread.Ever);
        AssertSame(Scraped(text, "depthvla_inference_duration_seconds", "stage=\"denoise\","), Assert.Single(status.Stages, stage => stage.Stage == "denoise").Spread.Ever);
        foreach (var (result, count) in status.Observations) Assert.Contains($"depthvla_observations_total{{result=\"{result}\"}} {count}\n", text, StringComparison.Ordinal);
        foreach (var (where, count) in status.DeadlineMissed) Assert.Contains($"depthvla_deadline_missed_total{{where=\"{where}\"}} {count}\n", text, StringComparison.Ordinal);
        var robot = Assert.Single(status.Robots);
        Assert.Equal(("robot-1", "tracking", "hold", 20L, 20L), (robot.Id, robot.Mode, robot.Instruction, robot.Sequence, robot.Latency.Count));
        Assert.Equal(["primary", "wrist"], robot.Cameras);
        Assert.True(robot.RateHz > 0);
        Assert.Equal((20, 0), (status.Timeline.Answered.Sum(), status.Timeline.Missed.Sum()));
    }

    [Fact]
    public async Task Pictures_AreWhatTheRobotSees()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        using var http = server.Http;
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/camera?robot=robot-1&camera=primary", Stop)).StatusCode); // has seen nothing yet
        await stream.SendAsync(TestRobot.Observe(1));
        await stream.NextEventAsync();

        Assert.Equal(new ImageSize(4, 2), JpegCodec.ReadSize(await http.GetByteArrayAsync("/camera?robot=robot-1&camera=primary", Stop))); // raw became JPEG
        Assert.Equal(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 0 }, await http.GetByteArrayAsync("/camera?robot=robot-1&camera=wrist", Stop)); // and JPEG is passed on
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/camera?robot=robot-1&camera=none", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/camera?robot=none&camera=primary", Stop)).StatusCode);
    }

    [Fact]
    public async Task Depth_OnlyWhileSomebodyLooks_AndNeverSentToARobotThatDidNotAsk()
    {
        var asked = new List<bool>();
        var policy = new WatchedPolicy(asked);
        await using var server = await RunningServer.StartAsync(policy);
        using var stream = await RawStream.OpenAsync(server);
        using var http = server.Http;
        asked.Clear();
        Assert.Empty(await AnswerAsync(1));
        Assert.Equal([false], asked);
        const string Depth = "/depth?robot=robot-1&camera=wrist";
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(Depth, Stop)).StatusCode); // none yet, but now somebody looks
        Assert.Empty(await AnswerAsync(2));
        Assert.Empty(await AnswerAsync(3));
        Assert.Equal([false, true, false], asked); // once in two seconds
        Assert.Equal(new ImageSize(512, 512), JpegCodec.ReadSize(await http.GetByteArrayAsync(Depth, Stop)));
        Assert.Equal(2, ServerStatus.Read(await http.GetStringAsync("/status", Stop))!.Robots[0].DepthSequence);

        async Task<IEnumerable<string>> AnswerAsync(int sequence)
        {
            await stream.SendAsync(TestRobot.Observe(sequence));
            return Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk.Depth.Select(map => map.Camera);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/status")]
    [InlineData("/camera?robot=robot-1&camera=primary")]
    public async Task Get_UnderAnotherName_IsRefused(string path)
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        await stream.SendAsync(TestRobot.Observe(1));
        await stream.NextEventAsync();
        using var http = server.Http;
        using var rebound = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "elsewhere.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(rebound, Stop)).StatusCode);
        using var named = await http.GetAsync(path, Stop);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        Assert.StartsWith("default-src 'none'", named.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_WhileLoading_SaysSo()
    {
        await using var server = await RunningServer.LoadAsync(new TestLoader(async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return new HoldPolicy();
        }));
        using var http = server.Http;
        var status = ServerStatus.Read(await http.GetStringAsync("/status", Stop))!;
        Assert.Equal(("loading", 0), (status.Phase, status.Models.Count));
        Assert.Empty(status.Robots);
    }

    private static Buckets Scraped(string text, string name, string label)
    {
        var counts = new List<long>();
        foreach (Match match in Regex.Matches(text, $@"(?m)^{name}_bucket\{{{label}le=""[^""]+""\}} (\d+)$")) counts.Add(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) - counts.Sum());
        var labels = label.Length == 0 ? "" : $@"\{{{label.TrimEnd(',')}\}}";
        return new([.. Histogram.EdgesSeconds], [.. counts], double.Parse(Regex.Match(text, $@"(?m)^{name}_sum{labels} (\S+)$").Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static void AssertSame(Buckets scraped, Percentiles shown)
    {
        Assert.NotEqual(0, shown.Count);
        Assert.Equal((scraped.Count, (double)scraped.AtMost(0.21) / scraped.Count), (shown.Count, shown.Within));
        foreach (var (expected, actual) in new[] { (scraped.Mean, shown.MeanMs), (scraped.Quantile(0.5), shown.P50Ms), (scraped.Quantile(0.95), shown.P95Ms), (scraped.Quantile(0.99), shown.P99Ms) })
        {
            Assert.Equal(1000 * expected, actual, 6);
        }
    }

    private sealed class WatchedPolicy(List<bool> asked) : HoldPolicy
    {
        public override ValueTask<Core.Policies.ActionChunk> InferAsync(Core.Policies.Observation observation, CancellationToken cancellationToken)
        {
            asked.Add(observation.WantDepth);
            return base.InferAsync(observation, cancellationToken);
        }
    }
}
