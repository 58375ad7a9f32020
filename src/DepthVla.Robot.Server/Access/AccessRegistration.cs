using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Access;

internal static class AccessRegistration
{
    public static void AddAccess(this IServiceCollection services, ServerOptions options, TrustFiles files)
    {
        services.AddSingleton(files);
        services.AddSingleton(all => new AuditLog(options.AuditLog, all.GetRequiredService<TimeProvider>(), all.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<CallerCheck>();
        services.AddSingleton<CallRate>();
        services.AddSingleton<AccessGuard>();
        services.AddHostedService<TrustReloading>();
    }

    /// <summary>Before everything that answers: what is added ahead of it is not guarded.</summary>
    public static void UseAccess(this WebApplication app)
    {
        var guard = app.Services.GetRequiredService<AccessGuard>();
        app.Use((call, next) => guard.RunAsync(call, next));
    }
}
