using System.Text.RegularExpressions;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;
using Grpc.Core;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>The server as its users start it, and what must hold of it whatever it is sent.</summary>
internal sealed partial class AttackedServer(PolicyServer server) : IAsyncDisposable
{
    /// <param name="folder">For its audit log, which has a line for every administrative call.</param>
    public static async Task<AttackedServer> StartAsync(string folder) =>
        new(await PolicyServer.StartAsync(Places.TinyCheckpoint, RunningProgram.Patience, options: ["--audit-log", Path.Combine(folder, "audit.jsonl")]));

    public string Address => server.Address;

    public int GrpcPort => new Uri(server.Address).Port;

    public int HttpPort => new Uri(server.HttpAddress).Port;

    public int OpenPiPort => new Uri(server.OpenPiAddress).Port;

    public Footprint Footprint => Footprint.Of(server.Id);

    /// <summary>How many lines it logged.</summary>
    public int Lines => server.Output.AsSpan().Count('\n') + 1;

    /// <summary>A robot comes, asks once, has its answer and goes.</summary>
    public async Task AnswersAsync()
    {
        using var channel = ServiceChannel.Create(server.Address);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningProgram.Patience);
        var policy = (await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, patience.Token)).Info;
        await using var session = await OpenAsync(channel, SessionRobot.Contract(policy, "well-behaved"), patience.Token);
        session.Post(SessionRobot.Observe(policy, sequence: 1));
        await foreach (var told in session.ReceiveAsync(patience.Token))
        {
            Assert.Equal(1, Assert.IsType<ChunkArrived>(told).Chunk.BasedOnSequence);
            return;
        }

        Assert.Fail("the session ended without an answer");
    }

    private static async Task<PolicySession> OpenAsync(ChannelBase channel, RobotContract contract, CancellationToken patience)
    {
        while (true)
        {
            try { return await PolicySession.OpenAsync(channel, contract, MonotonicClock.System, patience); }
            catch (PolicyUnavailableException) when (!patience.IsCancellationRequested)
            {
                // on a busy machine it may promise nothing before another robot has left
                await Task.Delay(20, patience);
            }
        }
    }

    /// <summary>No fault of its own is in its log, and no line that is somebody else's. The faults of what it is built on, each with its exception's lines, are returned.</summary>
    public string[] AssertLoggedNoFault()
    {
        var (others, withinAFault) = (new List<string>(), false);
        var lines = server.Output.Split('\n');
        foreach (var (i, line) in lines.Index())
        {
            var isOwn = OwnLine().IsMatch(line);
            Assert.True(isOwn || withinAFault, $"no line of the server's is the second of: {string.Join('\n', lines[Math.Max(0, i - 1)..Math.Min(lines.Length, i + 15)])}");
            Assert.DoesNotMatch(Fault(), line);
            if (isOwn) withinAFault = OthersFault().IsMatch(line);
            if (withinAFault) others.Add(line);
        }

        return [.. others];
    }

    /// <summary>Waits until what the clients left is cleared away.</summary>
    public async Task SettlesAsync(Footprint before)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        while (Footprint is var now && (now.Handles > before.Handles + 32 || now.Threads > before.Threads + 32)) // libraries that are loaded, threads of the pool
        {
            Assert.False(patience.IsCancellationRequested, $"{before} became {now}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+ [A-Z]{3} ")]
    private static partial Regex OwnLine();

    // Kestrel's own: a connection of which it made something that it did not expect is closed, and it says so.
    [GeneratedRegex(@"^\S+ (WRN|ERR) Microsoft\.")]
    private static partial Regex OthersFault();

    [GeneratedRegex(@"^\S+ (ERR (?!Microsoft\.)|FTL )|Unhandled exception")]
    private static partial Regex Fault();
}
