using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DepthVla.Robot.Integration.Tests.Programs;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Watching.Status;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DepthVla.Robot.Integration.Tests.Watching;

/// <summary>The server's dashboard in a real Chromium, while a robot is driven.</summary>
public sealed class DashboardPageTests : ProgramTest
{
    [Fact]
    public async Task Page_WhileARobotIsDriven_ShowsWhatStatusSays_ByKeyboard_WithoutABarrier()
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("chromium"), "no chromium to look with");
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--robot-id", "arm <1>");
        await daemon.FollowsAsync();

        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await OpenAsync(playwright);
        var page = await chromium.NewPageAsync();
        var (asked, complaints) = (new List<string>(), new List<string>());
        page.Request += (_, request) => asked.Add(request.Url);
        page.PageError += (_, error) => complaints.Add(error);

        await page.GotoAsync(server.HttpAddress);
        await Assertions.Expect(page.Locator("#phase")).ToHaveTextAsync("ready");
        await Assertions.Expect(page.Locator("#model")).ToContainTextAsync($"depthvla-tiny {Places.TinyHash}");
        var row = page.Locator("#robots tbody tr");
        await Assertions.Expect(row).ToContainTextAsync("arm <1>"); // as text, whatever it holds
        await Assertions.Expect(row).ToContainTextAsync("tracking");
        await Assertions.Expect(page.Locator("#stages")).ToContainTextAsync("denoise");
        await Assertions.Expect(page.Locator("#timeline")).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("99 percent of chunks"));

        // By keyboard alone: to the button, to the pictures, to the depth.
        await page.Locator("[role=region]").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await SeenAsync(page, ".view img[alt^='what primary']");
        await SeenAsync(page, ".view img[alt^='what wrist']");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        await SeenAsync(page, ".view img[alt='depth predicted for primary']");

        if (Environment.GetEnvironmentVariable("DEPTHVLA_UPDATE") == "1") // the documentation's picture, once there is something to see
        {
            await Task.Delay(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
            await page.SetViewportSizeAsync(1080, 900);
            await page.ScreenshotAsync(new() { Path = Places.InRepository("docs", "pictures", "dashboard.png"), FullPage = true });
        }

        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var found = await page.RunAxe();
            Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join("; ", v.Nodes.Select(node => node.Html))}")));
        }

        // On a telephone, and with a server that takes seconds.
        await page.SetViewportSizeAsync(360, 800);
        const string Slow = "document.querySelectorAll('#stages .n, .numbers dd').forEach(number => { number.textContent = '12345'; })";
        Assert.Equal(360, await page.EvaluateAsync<int>($"() => {{ {Slow}; return document.documentElement.scrollWidth; }}"));

        var exitCode = await EndAsync(daemon);
        var summary = daemon.Summary();
        AssertEnded(exitCode, summary);
        AssertMeasuredTheSame(summary.GetProperty("latency_ms").GetProperty("p50").GetDouble(), summary.GetProperty("chunks").GetInt64(), await ShowsAsync(page, server));
        Assert.All(asked, url => Assert.StartsWith(server.HttpAddress, url.Replace("data:", server.HttpAddress, StringComparison.Ordinal).Replace("blob:", "", StringComparison.Ordinal), StringComparison.Ordinal));

        server.Signal("KILL");
        await Assertions.Expect(page.Locator("#phase")).ToHaveTextAsync("no answer");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Page_WhereCallersMustBeKnown_AsksForAToken_ShowsPicturesWithIt_AndAsksAgainOnceItIsTakenAway()
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("chromium"), "no chromium to look with");
        var (robot, observer, blind) = (Token('r'), Token('o'), Token('b'));
        var tokens = Path.Combine(Folder, "tokens.json");
        Write(tokens, Entry(robot, "infer"), Entry(observer, "observe"), Entry(blind, "infer"));
        await using var server = await PolicyServer.StartAsync(Places.TinyCheckpoint, RunningProgram.Patience, 0, "--tokens", tokens);
        var file = Path.Combine(Folder, "robot.token");
        await File.WriteAllTextAsync(file, robot, TestContext.Current.CancellationToken);
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--robot-id", "arm-1", "--token-file", file);
        await daemon.FollowsAsync();

        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await OpenAsync(playwright);
        var page = await chromium.NewPageAsync();
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync(server.HttpAddress);
        await RefusedAsync(page, "CREDENTIALS_MISSING");
        Assert.Empty((await page.RunAxe()).Violations);
        foreach (var (wrong, reason) in ((string, string)[])[(Token('x'), "TOKEN_REFUSED"), (blind, "SCOPE_MISSING")])
        {
            await ShowAsync(page, wrong);
            await RefusedAsync(page, reason);
        }

        await ShowAsync(page, observer);
        await Assertions.Expect(page.Locator("#phase")).ToHaveTextAsync("ready");
        await Assertions.Expect(page.Locator("#who")).ToBeHiddenAsync();
        await page.Locator("#robots button").ClickAsync();
        await SeenAsync(page, ".view img[alt^='what primary']");

        Write(tokens, Entry(robot, "infer"));
        await RefusedAsync(page, "TOKEN_REFUSED");
        AssertEnded(await EndAsync(daemon), daemon.Summary());
        Assert.DoesNotContain(observer, server.Output, StringComparison.Ordinal);
        Assert.All(asked, url => Assert.DoesNotContain(observer, url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Top_Once_PrintsWhatStatusSays_AndSaysWhatIsWrong()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--robot-id", "arm-1");
        await daemon.FollowsAsync();
        var tool = Places.Program("Tools", "depthvla");
        var (exitCode, output) = await RunningProgram.RunAsync(tool, "top", "--server", server.HttpAddress, "--once");
        Assert.True(exitCode == 0, output);
        Assert.Matches($@"ready\s+depthvla-tiny {Places.TinyHash}", output);
        Assert.Matches(@"capture to sent\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+", output);
        Assert.Matches(@"arm-1\s+\w+\s+[\d.]+", output);

        (exitCode, output) = await RunningProgram.RunAsync(tool, "top", "--server", server.Address, "--once"); // the wrong port
        Assert.Equal(1, exitCode);
        Assert.Contains("HTTP port", output, StringComparison.Ordinal);
        (exitCode, output) = await RunningProgram.RunAsync(tool, "top", "--server", "here");
        Assert.Equal(2, exitCode);
        AssertEnded(await EndAsync(daemon), daemon.Summary());
    }

    private static async Task<IBrowserContext> OpenAsync(IPlaywright playwright)
    {
        Assertions.SetDefaultExpectTimeout((float)RunningProgram.Patience.TotalMilliseconds);
        var chromium = await playwright.Chromium.LaunchPersistentContextAsync("", new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        chromium.SetDefaultTimeout((float)RunningProgram.Patience.TotalMilliseconds);
        return chromium;
    }

    private static async Task ShowAsync(IPage page, string token)
    {
        await page.GetByLabel("Token").FillAsync(token);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task RefusedAsync(IPage page, string reason)
    {
        await Assertions.Expect(page.Locator("#alarm")).ToContainTextAsync(reason);
        await Assertions.Expect(page.GetByLabel("Token")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#phase")).ToHaveTextAsync("who are you?");
    }

    private static string Token(char letter) => new(letter, 64);

    private static string Entry(string token, string scope) =>
        $$"""{ "name": "{{token[..3]}}", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}}", "scopes": ["{{scope}}"], "robots": ["*"] }""";

    private static void Write(string file, params string[] entries) => File.WriteAllText(file, $$"""{ "tokens": [ {{string.Join(", ", entries)}} ] }""");

    private static async Task<int> EndAsync(RobotDaemon daemon)
    {
        daemon.Signal("TERM");
        return await daemon.ExitAsync();
    }

    private static async Task SeenAsync(IPage page, string image) =>
        await page.WaitForFunctionAsync("selector => document.querySelector(selector)?.naturalWidth > 0", image);

    // Nothing comes any more, so page and status agree as soon as the page has asked again.
    private static async Task<ServerStatus> ShowsAsync(IPage page, PolicyServer server)
    {
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        while (true)
        {
            var status = ServerStatus.Read(await http.GetStringAsync(new Uri(server.HttpAddress + "/status"), patience.Token))!;
            var lately = status.Latency.Lately;
            Assert.True(lately.Count > 0, "the last minute was over before it was compared");
            string[] expected = [$"{Ms(lately.P50Ms)}ms", $"{Ms(lately.P95Ms)}ms", $"{Ms(lately.P99Ms)}ms"];
            if (expected.SequenceEqual(await page.Locator("#p50, #p95, #p99").AllTextContentsAsync())) return status;
            await Task.Delay(200, patience.Token);
        }
    }

    // The robot's own clock and counts: at most the last chunk was not heard any more, and what is sent in one bucket is heard in it or in the next.
    private static void AssertMeasuredTheSame(double robotMs, long chunks, ServerStatus server)
    {
        Assert.InRange(server.Latency.Ever.Count, chunks, chunks + 1);
        var edges = Histogram.EdgesSeconds.ToArray().Select(edge => 1000 * edge).Prepend(0).ToArray();
        var upper = Array.FindIndex(edges, edge => edge >= robotMs);
        Assert.InRange(server.Latency.Ever.P50Ms, edges[Math.Max(upper - 2, 0)], edges[upper]);
    }

    private static string Ms(double value) => value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
