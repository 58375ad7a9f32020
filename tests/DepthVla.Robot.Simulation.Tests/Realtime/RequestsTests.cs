using DepthVla.Robot.Simulation.Realtime;

namespace DepthVla.Robot.Simulation.Tests.Realtime;

public sealed class RequestsTests
{
    private readonly Requests<string> _requests = new();

    [Fact]
    public async Task Serve_WorkWaiting_GivesResultsAndExceptionsToWhoAsked()
    {
        var length = _requests.AddAsync(owned => owned.Length);
        var broken = _requests.AddAsync<int>(_ => throw new FormatException("no"));
        Assert.False(length.IsCompleted);

        _requests.Serve("four");

        Assert.Equal(4, await length);
        await Assert.ThrowsAsync<FormatException>(() => broken);
    }

    [Fact]
    public async Task End_WorkWaitingAndComing_IsRefusedWithTheReason()
    {
        var waiting = _requests.AddAsync(owned => owned.Length);

        _requests.End(new ObjectDisposedException("arm"));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _requests.AddAsync(owned => owned.Length));
    }
}
