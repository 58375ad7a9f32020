using DepthVla.Robot.Daemon.Http;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>What can be asked over the operator's socket: <c>GET /status</c>, <c>POST /arm</c>, <c>/hold</c> and <c>/stop</c>.</summary>
internal static class OperatorRoutes
{
    /// <param name="desk">Heeds words.</param>
    /// <param name="status">What the daemon does, as JSON.</param>
    public static Func<HttpRequest, CancellationToken, Task<HttpAnswer>> Of(OperatorDesk desk, Func<string> status) => async (request, stop) => (request.Method, request.Path) switch
    {
        ("GET", "/status") => HttpAnswer.Json(status()),
        ("POST", "/arm") => Said(await desk.ArmAsync(stop)),
        ("POST", "/hold") => Said(await desk.HoldAsync(stop)),
        ("POST", "/stop") => Said(await desk.StopAsync(stop)),
        (_, "/status" or "/arm" or "/hold" or "/stop") => HttpAnswer.Text(405, "GET /status, POST /arm, POST /hold, POST /stop"),
        _ => HttpAnswer.Text(404, "GET /status, POST /arm, POST /hold, POST /stop"),
    };

    private static HttpAnswer Said(Answer answer) => HttpAnswer.Json(answer.ToJson());
}
