using DepthVla.Robot.Server.Hosting;

namespace DepthVla.Robot.Server.OpenPi;

internal static class OpenPiRegistration
{
    // A client whose cable was cut leaves its place within a minute. Less would cut off clients whose one thread is busy with other things than pings.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(30);

    public static void AddOpenPi(this IServiceCollection services) => services.AddSingleton<OpenPiEndpoint>();

    /// <summary>All that the port for openpi's clients serves, and that no other port does. Nothing where the port is not open.</summary>
    public static void MapOpenPi(this WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<OpenPiEndpoint>();
        app.MapWhen(OpenPiPort.Took, port =>
        {
            port.UseWebSockets(new() { KeepAliveInterval = PingAfter, KeepAliveTimeout = PingPatience });
            port.Run(context => context.Request.Path == "/healthz" ? endpoint.HealthAsync(context) : endpoint.ServeAsync(context));
        });
    }
}
