using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Tests.Running;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class RefusalsTests
{
    [Fact]
    public void Count_AgainAndAgain_IsCountedAlways_AndWrittenSoOften()
    {
        var (time, log, metrics) = (TestTime.Standing(), new Kept(), new ServerMetrics());
        var refusals = new Refusals(metrics, time, log);
        for (var i = 0; i < 100; i++) refusals.Count(Reasons.FieldInvalid, "m");
        refusals.Count(Reasons.MalformedMessage, "another is not hidden by that");
        Assert.Equal(100, metrics.Rejected[Reasons.FieldInvalid].Value);
        Assert.Equal(RefusalRate.AtOnce + 1, log.Lines.Count);

        time.Advance(TimeSpan.FromSeconds(3));
        refusals.Count(Reasons.FieldInvalid, "m");
        Assert.Equal($"Refused, FIELD_INVALID: m ({100 - RefusalRate.AtOnce} more were not written)", log.Lines[^1]);
    }

    private sealed class Kept : ILogger<Refusals>
    {
        internal List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
