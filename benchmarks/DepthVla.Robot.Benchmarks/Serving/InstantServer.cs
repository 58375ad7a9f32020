using System.Diagnostics;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Benchmarks.Serving;

/// <summary>The real server with an <see cref="InstantPolicy"/> in a process of its own, as robots meet it: neither collects the other's garbage.</summary>
internal sealed class InstantServer : IDisposable
{
    internal const string Command = "instant-server";

    private readonly Process _process;

    private InstantServer(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>Where it listens for gRPC.</summary>
    internal string Address { get; }

    internal int ProcessId => _process.Id;

    /// <summary>Starts it and waits until it is ready.</summary>
    internal static InstantServer Start(int cameras)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "depthvla"), ["bench", Command, "--cameras", $"{cameras}"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
            Environment = { ["DOTNET_gcServer"] = "1", ["DOTNET_TieredCompilation"] = "0" }, // as the server's project has them
        };
        var process = Process.Start(start)!;
        return process.StandardOutput.ReadLine() is { } address ? new(process, address) : throw new InvalidOperationException("the server did not start");
    }

    /// <summary>What runs in that process: serves until standard input ends, which it does with the process that started this one.</summary>
    internal static async Task ServeAsync(int cameras)
    {
        var options = new ServerOptions { Checkpoint = "", GrpcPort = 0, HttpPort = 0, LogLevel = LogLevel.None, DrainTime = TimeSpan.Zero };
        await using var app = Server.Program.Build(options, new InstantPolicy.Loader(cameras), TimeProvider.System);
        await app.StartAsync();
        await ReadyAsync(app.Services.GetRequiredService<ServingState>());
        await Console.Out.WriteLineAsync(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }

    private static async Task ReadyAsync(ServingState state)
    {
        while (true)
        {
            var changed = state.Changed;
            if (state.Now.Phase == ServingPhase.Ready) return;
            await changed;
        }
    }
}
