using DepthVla.Robot.Metrics;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Trust;

namespace DepthVla.Robot.Server.Metrics;

internal static class MetricsEndpoint
{
    public static void AddServerMetrics(this IServiceCollection services) => services.AddSingleton<ServerMetrics>();

    public static void MapServerMetrics(this WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<ServerMetrics>();
        var models = app.Services.GetRequiredService<ServedModels>();
        app.MapGet("/metrics", async (HttpContext context) =>
        {
            context.Response.ContentType = PrometheusText.ContentType;
            await context.Response.WriteAsync(metrics.ToText(models.Policies, GpuState.Read(models.First.Policy)), context.RequestAborted);
        }).NeedsScope(Scope.Observe);
    }
}
