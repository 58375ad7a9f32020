namespace DepthVla.Robot.Server.Scheduling;

internal static class SchedulingServices
{
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<InferenceQueue>();
        services.AddSingleton<InferenceStep>();
        services.AddHostedService<InferenceThread>();
    }
}
