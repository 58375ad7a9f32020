using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Logs one line an event: local time, level and message, an exception below. From <see cref="LogLevel.Information"/> up. Thread-safe.</summary>
/// <remarks>So small because a program that is compiled ahead of time must not look for code by reflection, as logging libraries do.</remarks>
internal sealed class LineLog(TextWriter output, TimeProvider time) : ILoggerFactory, ILogger
{
    private readonly Lock _writing = new();

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss.fff} {Short(logLevel)} {formatter(state, exception)}");
        lock (_writing)
        {
            output.WriteLine(line);
            if (exception is not null) output.WriteLine(exception);
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It writes to one place.");

    public void Dispose()
    {
    }

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Information => "INF",
        LogLevel.Warning => "WRN",
        LogLevel.Error => "ERR",
        _ => "FTL",
    };
}
