using System.Globalization;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Options;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>Logs to the console, one line an event, for people and for collectors of containers' output.</summary>
internal static class ConsoleLogging
{
    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    public static void AddConsoleLogging(this ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        logging.AddProvider(new SerilogLoggerProvider(Console(), dispose: true));
        logging.SetMinimumLevel(options.LogLevel);
        if (options.LogLevel < LogLevel.None) logging.AddFilter(AuditLog.Category, LogLevel.Information); // whoever wants fewer lines still wants these
        if (options.LogLevel < LogLevel.Information) return; // who asked for all gets all
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Critical); // a client's garbage is no error of ours, and what is one we log ourselves
    }

    private static Logger Console() => new LoggerConfiguration()
        .MinimumLevel.Verbose()
        .Enrich.With<OneLine>()
        .WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)
        .CreateLogger();
}
