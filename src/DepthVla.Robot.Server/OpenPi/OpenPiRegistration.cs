using DepthVla.Robot.Server.Access;
using DepthVla.Robot.Server.Hosting;
using DepthVla.Robot.Server.Trust;

namespace DepthVla.Robot.Server.OpenPi;

internal static class OpenPiRegistration
{
    // A client whose cable was cut leaves its place within a minute. Less would cut off clients whose one thread is busy with other things than pings.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(30);

    public static void AddOpenPi(this IServiceCollection services) => services.AddSingleton<OpenPiEndpoint>();

    /// <summary>All that the port for openpi's clients serves, and that no other port does, behind the door that all have. Nothing where the port is not open.</summary>
    public static void MapOpenPi(this WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<OpenPiEndpoint>();
        var guard = app.Services.GetRequiredService<AccessGuard>();
        var (health, clients) = (Endpoint("GET /healthz", endpoint.HealthAsync, new NeedsScopeAttribute(Scope.None)), Endpoint("openpi's clients", endpoint.ServeAsync, new NeedsScopeAttribute(Scope.Infer), new LimitedRateAttribute()));
        app.MapWhen(OpenPiPort.Took, port =>
        {
            port.UseWebSockets(new() { KeepAliveInterval = PingAfter, KeepAliveTimeout = PingPatience });
            port.Run(context =>
            {
                var asked = context.Request.Path == "/healthz" ? health : clients;
                context.SetEndpoint(asked);
                return guard.RunAsync(context, asked.RequestDelegate!);
            });
        });
    }

    private static Endpoint Endpoint(string name, RequestDelegate serve, params object[] metadata) => new(serve, new EndpointMetadataCollection(metadata), name);
}
