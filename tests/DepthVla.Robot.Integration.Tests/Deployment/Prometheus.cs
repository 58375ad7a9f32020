using System.Text.Json;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>A real Prometheus that scrapes once a second.</summary>
internal sealed class Prometheus : RunningProgram
{
    private readonly HttpClient _http;

    private Prometheus(string folder, string configuration, int port) : base("prometheus", "--config.file", configuration, "--storage.tsdb.path", Path.Combine(folder, "tsdb"), "--web.listen-address", $"127.0.0.1:{port}") =>
        _http = new() { BaseAddress = new($"http://127.0.0.1:{port}") };

    /// <summary>Starts one, and waits until it has scraped every target twice.</summary>
    /// <param name="folder">For its files.</param>
    /// <param name="targets">Each a host and port, with labels such as <c>robot: r1</c>.</param>
    public static Task<Prometheus> StartAsync(string folder, params (string Job, string Target, string Labels)[] targets) => StartAsync(folder, "", targets);

    /// <summary>The same, where a scrape takes more than an address.</summary>
    /// <param name="folder">For its files, and where those that <paramref name="how"/> names are.</param>
    /// <param name="how">Further keys of each scrape, such as <c>scheme: https</c>.</param>
    /// <param name="targets">Each a host and port, with labels.</param>
    public static async Task<Prometheus> StartAsync(string folder, string how, params (string Job, string Target, string Labels)[] targets)
    {
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: {scrape_interval: 1s}\nscrape_configs:\n" + string.Concat(targets.Select(target =>
            $"  - {{job_name: {target.Job}, {(how.Length > 0 ? how + ", " : "")}static_configs: [{{targets: [\"{target.Target}\"], labels: {{{target.Labels}}}}}]}}\n")), TestContext.Current.CancellationToken);
        var prometheus = new Prometheus(folder, configuration, Ports.Free());
        using var patience = new CancellationTokenSource(Patience);
        await prometheus.LineAsync("Server is ready to receive web requests");
        while ((await prometheus.AskAsync("sum(sum_over_time(up[1m])) >= " + 2 * targets.Length + " and count(up == 1) == " + targets.Length)).GetArrayLength() == 0) await Task.Delay(200, patience.Token);
        return prometheus;
    }

    /// <summary>The result of an expression.</summary>
    public async Task<JsonElement> AskAsync(string expression)
    {
        using var reply = await _http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}", TestContext.Current.CancellationToken);
        var body = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.True(body.GetProperty("status").GetString() == "success", $"{expression}: {body}");
        return body.GetProperty("data").GetProperty("result");
    }

    /// <summary>Every name that it has scraped.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync()
    {
        var body = JsonDocument.Parse(await _http.GetStringAsync("/api/v1/label/__name__/values", TestContext.Current.CancellationToken)).RootElement;
        return [.. body.GetProperty("data").EnumerateArray().Select(name => name.GetString()!)];
    }
}
