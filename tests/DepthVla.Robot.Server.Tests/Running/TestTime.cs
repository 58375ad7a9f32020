using Microsoft.Extensions.Time.Testing;

namespace DepthVla.Robot.Server.Tests.Running;

internal static class TestTime
{
    /// <summary>A clock that the test moves. It begins in year 1: since then until today are more nanoseconds than a long holds.</summary>
    public static FakeTimeProvider Standing() => new(DateTimeOffset.MinValue.AddDays(1));
}
