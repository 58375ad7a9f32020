namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>One server for all tests of a class that leave it as it is.</summary>
public sealed class TinyServer : IAsyncLifetime
{
    private PolicyServer? _server;

    /// <summary>Where it takes robots.</summary>
    public string Address => _server!.Address;

    public async ValueTask InitializeAsync() => _server = await PolicyServer.StartTinyAsync();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
