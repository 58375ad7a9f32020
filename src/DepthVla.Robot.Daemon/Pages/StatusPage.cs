using System.Text;
using DepthVla.Robot.Daemon.Http;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Watching.Pages;

namespace DepthVla.Robot.Daemon.Pages;

/// <summary>What is shown on the status port: a page, the numbers behind it, the cameras' last pictures, metrics. It shows; words to the arm have a socket of their own.</summary>
internal static class StatusPage
{
    private static readonly byte[] Page = Watching.Pages.Page.Read(typeof(StatusPage).Assembly, "status.html");

    /// <param name="status">What the daemon does, as JSON.</param>
    /// <param name="metrics">As Prometheus text.</param>
    /// <param name="seen">The cameras' pictures.</param>
    public static Func<HttpRequest, CancellationToken, Task<HttpAnswer>> Of(Func<string> status, Func<string> metrics, LastObservation seen) =>
        (request, _) => Task.FromResult(Answer(request, status, metrics, seen));

    private static HttpAnswer Answer(HttpRequest request, Func<string> status, Func<string> metrics, LastObservation seen)
    {
        const string Camera = "/cameras/";
        if (request.Method != "GET") return HttpAnswer.Text(405, "this page shows, and takes no orders");
        if (request.Path != "/metrics" && !LocalHost.IsNamedBy(request.Host)) return HttpAnswer.Text(403, $"expected localhost or an address as the host, got '{request.Host}'");
        return request.Path switch
        {
            "/" => new(200, "text/html; charset=utf-8", Page),
            "/status" => HttpAnswer.Json(status()),
            "/metrics" => new(200, PrometheusText.ContentType, Encoding.UTF8.GetBytes(metrics())),
            _ when request.Path.StartsWith(Camera, StringComparison.Ordinal) && seen.Jpeg(Uri.UnescapeDataString(request.Path[Camera.Length..])) is { } jpeg => new(200, "image/jpeg", jpeg),
            _ => HttpAnswer.Text(404, "/, /status, /metrics, /cameras/NAME"),
        };
    }
}
