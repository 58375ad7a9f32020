using DepthVla.Robot.Recording.Flight;
using Foxglove.Schemas;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Flights;

/// <summary>Loggers that tell the flight recorder what they log. Thread-safe.</summary>
internal sealed class FlightLog(ILoggerFactory inner, FlightRecorder recorder) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Listening(inner.CreateLogger(categoryName), categoryName.Split('.')[^1], recorder);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // the loggers are the caller's
    }

    private sealed class Listening(ILogger inner, string source, FlightRecorder recorder) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
            var text = formatter(state, exception);
            recorder.Said(Level(logLevel), $"{source}.{eventId.Name}", exception is null ? text : $"{text}: {exception}");
        }

        private static Log.Types.Level Level(LogLevel level) => level switch
        {
            LogLevel.Critical => Foxglove.Schemas.Log.Types.Level.Fatal,
            LogLevel.Error => Foxglove.Schemas.Log.Types.Level.Error,
            LogLevel.Warning => Foxglove.Schemas.Log.Types.Level.Warning,
            LogLevel.Information => Foxglove.Schemas.Log.Types.Level.Info,
            _ => Foxglove.Schemas.Log.Types.Level.Debug,
        };
    }
}
