using System.Net;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Server.Trust;
using DepthVla.Robot.Watching.Pages;

namespace DepthVla.Robot.Server.Dashboard;

/// <summary>The dashboard: a page, the numbers behind it, and what robots see.</summary>
/// <remarks>
/// The page is for whoever reaches the port; its numbers, as metrics are, for those who may observe. Pictures are for this computer alone (a tunnel's end is on it, too). It shows, and takes no orders.
/// </remarks>
internal static class DashboardEndpoints
{
    private static readonly byte[] Page = Watching.Pages.Page.Read(typeof(DashboardEndpoints).Assembly, "dashboard.html");

    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<MetricsHistory>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsHistory>());
        services.AddSingleton<StatusReader>();
        services.AddSingleton<Pictures>();
    }

    public static void MapDashboard(this WebApplication app)
    {
        var status = app.Services.GetRequiredService<StatusReader>();
        var pictures = app.Services.GetRequiredService<Pictures>();
        app.MapGet("/", context => SendAsync(context, "text/html; charset=utf-8", Page)).NeedsScope(Scope.None);
        app.MapGet("/status", context => SendAsync(context, "application/json", System.Text.Encoding.UTF8.GetBytes(status.Read().ToJson()))).NeedsScope(Scope.Observe);
        app.MapGet("/camera", context => ShowAsync(context, pictures.CameraAsync)).NeedsScope(Scope.Observe);
        app.MapGet("/depth", context => ShowAsync(context, pictures.DepthAsync)).NeedsScope(Scope.Observe);
    }

    private static async Task ShowAsync(HttpContext context, Func<string, string, CancellationToken, Task<ReadOnlyMemory<byte>?>> find)
    {
        if (!IPAddress.IsLoopback(context.Connection.RemoteIpAddress ?? IPAddress.None))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "pictures are for the server's own computer: come through a tunnel (ssh -L, kubectl port-forward)");
            return;
        }

        try
        {
            if (await find(context.Request.Query["robot"].ToString(), context.Request.Query["camera"].ToString(), context.RequestAborted) is { } jpeg) await SendAsync(context, "image/jpeg", jpeg);
            else await RefuseAsync(context, StatusCodes.Status404NotFound, "no such robot or camera, or nothing seen yet");
        }
        catch (InvalidImageException e)
        {
            await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, e.Message);
        }
    }

    private static async Task SendAsync(HttpContext context, string type, ReadOnlyMemory<byte> body)
    {
        if (context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && !LocalHost.IsNamedBy(context.Request.Host.Host))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "expected localhost or an address as the host");
            return;
        }

        var (headers, response) = (context.Response.Headers, context.Response);
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Watching.Pages.Page.ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        (response.ContentType, response.ContentLength) = (type, body.Length);
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int code, string why)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (code, "text/plain; charset=utf-8");
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
