using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Logs to standard error, one line an event; standard output is for the status line and the summary.</summary>
internal static class ConsoleLogging
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static ILoggerFactory Create() => new SerilogLoggerFactory(
        new LoggerConfiguration()
            .WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger(),
        dispose: true);
}
