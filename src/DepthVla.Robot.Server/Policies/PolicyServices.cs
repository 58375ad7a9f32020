namespace DepthVla.Robot.Server.Policies;

internal static class PolicyServices
{
    public static void AddPolicy(this IServiceCollection services, IPolicyLoader loader)
    {
        services.AddSingleton(loader);
        services.AddSingleton<ServedModels>();
        services.AddSingleton<ServingState>();
        services.AddSingleton<InferencePulse>();
        services.AddSingleton<PolicyLoading>();
    }
}
