using System.CommandLine;
using System.Net;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Watching.Status;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Watching;

/// <summary><c>depthvla top</c>: the server's dashboard in a terminal.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal static Command Create()
    {
        var command = new Command("top", "Watch a policy server: latency, stages, robots. Ends with Ctrl-C");
        var server = new Option<string>("--server") { Description = "the server's HTTP port", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var once = new Option<bool>("--once") { Description = "print it once and end, as happens where the output is no terminal" };
        command.Add(server);
        command.Add(once);
        var known = new CredentialOptions();
        foreach (var option in known.All) command.Add(option);
        command.SetAction(async (parsed, stop) =>
        {
            var address = parsed.GetRequiredValue(server);
            if (!(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            {
                throw new UsageException(new(server.Name, "http://host:port", $"'{address}'", "say where the server's HTTP port is, such as http://gpu-box:8080"));
            }

            using var http = ServiceChannel.CreateHttp(address, known.Read(parsed, address));
            http.Timeout = Patience;
            var status = new Uri(uri, "/status");
            if (parsed.GetValue(once) || !AnsiConsole.Profile.Out.IsTerminal) AnsiConsole.Write(TopView.Of(await AskAsync(http, status, stop), address));
            else await WatchAsync(http, status, address, stop);
        });
        return command;
    }

    private static async Task WatchAsync(HttpClient http, Uri status, string address, CancellationToken stop)
    {
        try
        {
            await AnsiConsole.Live(TopView.Of(await AskAsync(http, status, stop), address)).Overflow(VerticalOverflow.Ellipsis).StartAsync(async live =>
            {
                using var timer = new PeriodicTimer(Period);
                while (await timer.WaitForNextTickAsync(stop)) live.UpdateTarget(TopView.Of(await AskAsync(http, status, stop), address));
            });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C
        }
    }

    private static async Task<ServerStatus> AskAsync(HttpClient http, Uri status, CancellationToken stop)
    {
        try
        {
            return ServerStatus.Read(await http.GetStringAsync(status, stop)) ?? throw new IOException($"{status} answers, but is no policy server's status: name the HTTP port, 8080 by default");
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new IOException($"{status} answers callers that it knows, with the scope observe: say --token-file, or --client-certificate and --client-key", e);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            throw new IOException($"{status} does not answer: {e.Message} Name the server's HTTP port, 8080 by default", e);
        }
    }
}
