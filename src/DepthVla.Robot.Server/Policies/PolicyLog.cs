namespace DepthVla.Robot.Server.Policies;

internal static partial class PolicyLog
{
    [LoggerMessage(100, LogLevel.Information, "Loading the policy")]
    public static partial void Loading(this ILogger logger);

    [LoggerMessage(101, LogLevel.Information, "Ready: {Name} ({Parameters} parameters, {Precision}, {Device}), model {ModelHash}, normalisation {NormalizationHash}; loaded in {LoadMs} ms, warmed up in {WarmUpMs} ms")]
    public static partial void Ready(this ILogger logger, string name, long parameters, string precision, string device, string modelHash, string normalizationHash, long loadMs, long warmUpMs);

    [LoggerMessage(104, LogLevel.Information, "Robots can be promised {Capacity:0.#} observations/s in all: one takes {Milliseconds:0.#} ms, up to {Batch} go together")]
    public static partial void Costs(this ILogger logger, double capacity, double milliseconds, int batch);

    [LoggerMessage(102, LogLevel.Warning, "The weights are random: this policy moves at random")]
    public static partial void Untrained(this ILogger logger);

    [LoggerMessage(103, LogLevel.Critical, "The policy could not be loaded; the server ends")]
    public static partial void LoadFailed(this ILogger logger, Exception exception);
}
