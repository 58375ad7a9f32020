using System.ComponentModel;
using System.Diagnostics;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Metrics;

public sealed class MetricsTests
{
    [Fact]
    public async Task Get_AfterSomeWork_CountsIt()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        await stream.SendAsync(TestRobot.Observe(1));
        Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
        await stream.SendAsync(TestRobot.Observe(1));
        Assert.IsType<ObservationUnanswered>(await stream.NextEventAsync());

        using var http = server.Http;
        var lines = (await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');

        Assert.Contains("depthvla_model_info{model=\"default\",model_hash=\"m1\",norm_hash=\"n1\",precision=\"float32\"} 1", lines);
        Assert.Contains("depthvla_sessions{state=\"open\"} 1", lines);
        Assert.Contains("depthvla_observations_total{result=\"used\"} 1", lines);
        Assert.Contains("depthvla_observations_total{result=\"invalid\"} 1", lines);
        Assert.Contains("depthvla_rejected_total{reason=\"SEQUENCE_NOT_RISING\"} 1", lines);
        Assert.Contains("depthvla_inference_duration_seconds_bucket{stage=\"denoise\",le=\"0.01\"} 1", lines);
        Assert.Contains("depthvla_inference_duration_seconds_sum{stage=\"denoise\"} 0.001", lines);
        Assert.Contains("depthvla_queue_duration_seconds_count 1", lines);
        Assert.Contains("depthvla_chunk_latency_seconds_bucket{le=\"+Inf\"} 1", lines);
        Assert.Contains("depthvla_model_latency_seconds_bucket{model=\"default\",le=\"+Inf\"} 1", lines);
        Assert.Contains("depthvla_deadline_missed_total{where=\"queue\"} 0", lines);
        Assert.Contains(lines, l => l.StartsWith("depthvla_build_info{version=\"0.1.0", StringComparison.Ordinal));
    }

    [Fact]
    public void Histogram_EdgesAndBeyond_FallInTheirBuckets()
    {
        var histogram = new Histogram();
        foreach (var ms in new[] { 210, 211, 10_000, -1 }) histogram.Observe(ms * 1_000_000L);

        var read = histogram.Read();
        var objective = Histogram.EdgesSeconds.IndexOf(0.21);
        Assert.Equal((1, 1, 1, 1), (read.Counts[0], read.Counts[objective], read.Counts[objective + 1], read.Counts[^1]));
        Assert.Equal((4, 2), (read.Count, read.AtMost(0.21)));
        Assert.Equal(10.421, read.Sum, 9);
    }

    [Fact]
    public void ToText_HostileLabel_IsEscaped()
    {
        var text = new PrometheusText();
        text.Info(new("x_info", "X."), ("v", "a\\b\"c\nd"));
        Assert.EndsWith("x_info{v=\"a\\\\b\\\"c\\nd\"} 1\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_Often_DoesNotAllocate()
    {
        var metrics = new ServerMetrics();
        var timings = new StageTimings { [Stage.Decode] = 1, [Stage.Total] = 2 };
        void Observe()
        {
            metrics.Queue.Observe(5_000_000);
            metrics.ObserveStages(timings);
            metrics.Observations["used"].Increment();
            metrics.Sessions["open"].Set(3);
        }

        Observe();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) Observe();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task ToText_CheckedByPromtool_IsClean()
    {
        var metrics = new ServerMetrics();
        metrics.Queue.Observe(5_000_000);
        metrics.Rejected["LOADING"].Increment();
        using var promtool = Start("promtool", "check", "metrics");
        Assert.SkipWhen(promtool is null, "promtool (Debian package prometheus) is not installed");

        await promtool!.StandardInput.WriteAsync(metrics.ToText([("default", new HoldPolicy().Info)], new GpuState("0", 1, 2, 0.5)));
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) + await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (promtool.ExitCode, complaints));
    }

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
