namespace DepthVla.Robot.Server.Models;

internal static class ModelsRegistration
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelsFolder>();
        services.AddSingleton<ModelExchange>();
        services.AddSingleton<AdminGrpcService>();
    }

    public static void MapModels(this WebApplication app) => app.MapGrpcService<AdminGrpcService>();
}
