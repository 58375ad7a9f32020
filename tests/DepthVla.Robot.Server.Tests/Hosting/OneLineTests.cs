using DepthVla.Robot.Server.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace DepthVla.Robot.Server.Tests.Hosting;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("a\n2026-11-29T17:00:00.000+00:00 INF Audit {}", @"a\u000a2026-11-29T17:00:00.000+00:00 INF Audit {}")]
    [InlineData("\r\u001b[2K\u2028\u202e\u0085x", @"\u000d\u001b[2K\u2028\u202e\u0085x")]
    [InlineData("Löffel 'ok' \\ 🤖", "Löffel 'ok' \\ 🤖")]
    public void Log_TextOfAClient_StaysOneLine(string said, string written)
    {
        var lines = new Kept();
        using (var log = new LoggerConfiguration().Enrich.With<OneLine>().WriteTo.Sink(lines).CreateLogger()) log.Information("Refused: {Explanation}", said);
        Assert.Equal(written, Assert.IsType<ScalarValue>(Assert.Single(lines.Events).Properties["Explanation"]).Value);
    }

    private sealed class Kept : ILogEventSink
    {
        internal List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
