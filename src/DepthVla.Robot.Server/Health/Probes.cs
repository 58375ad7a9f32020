using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Trust;

namespace DepthVla.Robot.Server.Health;

/// <summary>The HTTP probes: live while the process turns and no inference is stuck, started once the policy was ready, ready while it answers. The body says the phase.</summary>
internal static class Probes
{
    public static void AddHealth(this IServiceCollection services) => services.AddSingleton<HealthGrpcService>().AddHostedService<ServiceNotices>();

    public static void MapHealth(this WebApplication app)
    {
        app.MapGrpcService<HealthGrpcService>();
        var pulse = app.Services.GetRequiredService<InferencePulse>();
        Map(app, "/livez", _ => !pulse.IsStuck);
        Map(app, "/readyz", static now => now.Phase == ServingPhase.Ready);
        Map(app, "/startupz", static now => now.Started);
    }

    private static void Map(WebApplication app, string path, Func<ServingMoment, bool> holds)
    {
        var state = app.Services.GetRequiredService<ServingState>();
        app.MapGet(path, async (HttpContext context) =>
        {
            var now = state.Now;
            context.Response.StatusCode = holds(now) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(now.Phase.ToString().ToLowerInvariant() + "\n", context.RequestAborted);
        }).NeedsScope(Scope.None);
    }
}
