namespace DepthVla.Robot.Server.Policies;

internal static partial class PolicyLog
{
    [LoggerMessage(100, LogLevel.Information, "Loading {Model}")]
    public static partial void Loading(this ILogger logger, string model);

    [LoggerMessage(101, LogLevel.Information, "Loaded {Model}: {Name} ({Parameters} parameters, {Precision}, {Device}), model {ModelHash}, normalisation {NormalizationHash}; loaded in {LoadMs} ms, warmed up in {WarmUpMs} ms")]
    public static partial void Loaded(this ILogger logger, string model, string name, long parameters, string precision, string device, string modelHash, string normalizationHash, long loadMs, long warmUpMs);

    [LoggerMessage(104, LogLevel.Information, "Robots of {Model} alone can be promised {Capacity:0.#} observations/s in all: one takes {Milliseconds:0.#} ms, up to {Batch} go together")]
    public static partial void Costs(this ILogger logger, string model, double capacity, double milliseconds, int batch);

    [LoggerMessage(102, LogLevel.Warning, "The weights of {Model} are random: it moves at random")]
    public static partial void Untrained(this ILogger logger, string model);

    [LoggerMessage(103, LogLevel.Critical, "{Model} ({Checkpoint}) could not be loaded; the server ends")]
    public static partial void LoadFailed(this ILogger logger, string model, string checkpoint, Exception exception);

    [LoggerMessage(105, LogLevel.Information, "Ready: {Models}")]
    public static partial void Ready(this ILogger logger, string models);
}
