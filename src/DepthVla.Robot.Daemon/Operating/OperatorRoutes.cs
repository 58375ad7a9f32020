using DepthVla.Robot.Daemon.Http;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>What can be asked over the operator's socket: <c>GET /status</c>, <c>POST /arm</c>, <c>/hold</c> and <c>/stop</c>; <c>GET /teach</c>, <c>POST /teach/…</c>.</summary>
internal static class OperatorRoutes
{
    private const string All = "GET /status, POST /arm, POST /hold, POST /stop, GET /teach, POST /teach/start, /teach/start/held, /teach/start/limp, /teach/pose/NAME, /teach/end";

    /// <param name="desk">Heeds words.</param>
    /// <param name="teach">Heeds those that teach.</param>
    /// <param name="status">What the daemon does, as JSON.</param>
    public static Func<HttpRequest, CancellationToken, Task<HttpAnswer>> Of(OperatorDesk desk, TeachDesk teach, Func<string> status) => async (request, stop) => (request.Method, request.Path) switch
    {
        ("GET", "/status") => HttpAnswer.Json(status()),
        ("POST", "/arm") => Said(await desk.ArmAsync(stop)),
        ("POST", "/hold") => Said(await desk.HoldAsync(stop)),
        ("POST", "/stop") => Said(await desk.StopAsync(stop)),
        ("GET", "/teach") => Said(teach.Show()),
        ("POST", "/teach/start") => Said(await teach.StartAsync(TeachWay.Free, stop)),
        ("POST", "/teach/start/held") => Said(await teach.StartAsync(TeachWay.Held, stop)),
        ("POST", "/teach/start/limp") => Said(await teach.StartAsync(TeachWay.Limp, stop)),
        ("POST", "/teach/end") => Said(await teach.EndAsync(stop)),
        ("POST", ['/', 't', 'e', 'a', 'c', 'h', '/', 'p', 'o', 's', 'e', '/', .. var name]) => Said(await teach.PoseAsync(Uri.UnescapeDataString(name), stop)),
        (_, "/status" or "/arm" or "/hold" or "/stop" or ['/', 't', 'e', 'a', 'c', 'h', ..]) => HttpAnswer.Text(405, All),
        _ => HttpAnswer.Text(404, All),
    };

    private static HttpAnswer Said(Answer answer) => HttpAnswer.Json(answer.ToJson());
}
