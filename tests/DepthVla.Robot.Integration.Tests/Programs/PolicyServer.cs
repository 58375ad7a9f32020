namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>depthvla-server, ready.</summary>
internal sealed class PolicyServer : RunningProgram
{
    private PolicyServer(string[] arguments) : base(Places.Program("Server", "depthvla-server"), arguments) { }

    /// <summary>Where it takes robots.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Where its probes and metrics are.</summary>
    public string HttpAddress { get; private set; } = "";

    /// <summary>Where it takes openpi's clients.</summary>
    public string OpenPiAddress { get; private set; } = "";

    public static Task<PolicyServer> StartTinyAsync(int port = 0) => StartAsync(Places.TinyCheckpoint, Patience, port);

    /// <summary>Random weights, joint positions: an arm that moves and gets nothing done.</summary>
    /// <param name="folder">Where to leave its checkpoint.</param>
    /// <param name="options">What to make; without any, a policy of the simulated arm.</param>
    public static async Task<PolicyServer> StartUntrainedAsync(string folder, params string[] options)
    {
        var checkpoint = Path.Combine(folder, "untrained");
        if (options.Length == 0) options = ["--config", "depthvla-tiny-joints"];
        await using var init = new RunningProgram(Places.Program("Tools", "depthvla"), ["checkpoint", "init", "--out", checkpoint, .. options]);
        Assert.Equal(0, await init.ExitAsync());
        return await StartAsync(checkpoint, Patience);
    }

    public static async Task<PolicyServer> StartAsync(string checkpoint, TimeSpan patience, int port = 0, params string[] options)
    {
        var server = new PolicyServer(["--checkpoint", checkpoint, "--grpc-port", $"{port}", "--http-port", "0", "--openpi-port", "0", .. options]);
        try
        {
            var listening = await server.LineAsync(@"gRPC on (https?://[\d.:]+), probes and metrics on (https?://[\d.:]+)");
            (server.Address, server.HttpAddress) = (listening.Groups[1].Value, listening.Groups[2].Value);
            server.OpenPiAddress = (await server.LineAsync(@"openpi's clients on http(s?://[\d.:]+)")).Result("ws$1");
            await server.LineAsync("Ready: ", patience: patience);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another one at the same address.</summary>
    public Task<PolicyServer> RestartAsync() => StartTinyAsync(new Uri(Address).Port);
}
