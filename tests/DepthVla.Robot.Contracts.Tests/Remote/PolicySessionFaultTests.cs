using System.Threading.Channels;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Tests.Remote;

public sealed class PolicySessionFaultTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.MinValue.AddDays(1));
    private readonly List<GrpcChannel> _channels = [];
    private ScriptedServer? _server;

    public static TheoryData<Action<Wire.ActResponse>> Nonsense => new()
    {
        r => r.ClearResponse(),
        r => r.Accepted = new(),
        r => r.Chunk.SessionId = "another",
        r => r.Chunk.Actions[0] = float.NaN,
        r => r.Chunk.NotAfterNs++,
        r => r.Outcome = new() { SessionId = "session-1" },
    };

    [Fact]
    public async Task OpenAsync_NobodyListens_UnavailableAndTheNextAttemptFindsTheServer()
    {
        _server = await ScriptedServer.StartAsync((requests, responses, _) => ScriptedServer.AcceptAsync(requests, responses));
        var (address, port) = (_server.Address, new Uri(_server.Address).Port);
        await _server.DisposeAsync();
        var channel = Connect(address);

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => OpenAsync(channel));
        _server = await ScriptedServer.StartAsync((requests, responses, _) => ScriptedServer.AcceptAsync(requests, responses), port);
        while (true)
        {
            try
            {
                await using var session = await OpenAsync(channel);
                break;
            }
            catch (PolicyUnavailableException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); // a second at most: the channel holds back between attempts
            }
        }
    }

    [Fact]
    public async Task OpenAsync_ServerThatSaysSomethingElse_Malformed()
    {
        _server = await ScriptedServer.StartAsync((_, responses, gone) => responses.WriteAsync(new() { Draining = new() }, gone));
        await Assert.ThrowsAsync<MalformedMessageException>(() => OpenAsync());
    }

    [Fact]
    public async Task OpenAsync_ServerThatAcceptsWhatDoesNotFit_MalformedAndEveryDifferenceIsNamed()
    {
        _server = await ScriptedServer.StartAsync((_, responses, gone) =>
        {
            var model = Samples.Model();
            model.Joints[0].Name = "elbow";
            model.Cameras[0] = "wrist";
            return responses.WriteAsync(new() { Accepted = new() { SessionId = "session-1", Model = model, MaxRequestBytes = 16 << 20, PromisedRateHz = 10 } }, gone);
        });
        var message = (await Assert.ThrowsAsync<MalformedMessageException>(() => OpenAsync())).Message;
        foreach (var field in (string[])["accepted.model: cameras", "accepted.model: joints"]) Assert.Contains(field, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_ServerThatEndsAtOnce_Malformed()
    {
        _server = await ScriptedServer.StartAsync((_, _, _) => Task.CompletedTask);
        await Assert.ThrowsAsync<MalformedMessageException>(() => OpenAsync());
    }

    [Fact]
    public async Task OpenAsync_ServerThatSaysNothing_CallerGivesUp()
    {
        var begun = new TaskCompletionSource();
        _server = await ScriptedServer.StartAsync(async (_, _, gone) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, gone);
        });
        using var givingUp = new CancellationTokenSource();

        var opening = PolicySession.OpenAsync(Connect(_server.Address), Samples.Contract().ToCore(), MonotonicClock.System, givingUp.Token);
        await begun.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public async Task ReceiveAsync_Nonsense_IsNotBelieved(Action<Wire.ActResponse> spoil)
    {
        var response = new Wire.ActResponse { Chunk = Samples.Chunk() };
        spoil(response);
        _server = await ScriptedServer.StartAsync(async (requests, responses, gone) =>
        {
            await ScriptedServer.AcceptAsync(requests, responses);
            await responses.WriteAsync(response, gone);
            await Task.Delay(Timeout.Infinite, gone);
        });
        await using var session = await OpenAsync();

        await Assert.ThrowsAsync<MalformedMessageException>(() => NextAsync(session));
    }

    [Fact]
    public async Task ReceiveAsync_ServerDies_Unavailable()
    {
        _server = await ScriptedServer.StartAsync(async (requests, responses, gone) =>
        {
            await ScriptedServer.AcceptAsync(requests, responses);
            await Task.Delay(Timeout.Infinite, gone);
        });
        await using var session = await OpenAsync();
        var receiving = NextAsync(session);

        await _server.DisposeAsync();

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => receiving);
        Assert.Null(session.Post(Sample(1))); // and posting still does no harm
    }

    [Fact]
    public async Task Session_ConnectionCutAnywhere_EndsAsUnavailableAndNothingElse()
    {
        _server = await ScriptedServer.StartAsync(async (requests, responses, gone) =>
        {
            await ScriptedServer.AcceptAsync(requests, responses);
            while (await requests.MoveNext(gone)) await responses.WriteAsync(new() { Chunk = Samples.Chunk() }, gone);
        });
        var observation = Sample(0);
        observation = observation with { Frames = observation.Frames.SetItem(0, observation.Frames[0] with { Data = new byte[100_000] }) };
        for (var cut = 200; cut < 1_500_000; cut = cut * 5 / 4)
        {
            await using var proxy = new CuttingProxy(_server.Address, cut);
            var channel = Connect(proxy.Address);
            await Assert.ThrowsAsync<PolicyUnavailableException>(async () =>
            {
                await using var session = await OpenAsync(channel);
                var sequence = 0L;
                session.Post(observation with { Sequence = ++sequence });
                await foreach (var _ in session.ReceiveAsync(TestContext.Current.CancellationToken))
                {
                    for (var i = 0; i < 3; i++) session.Post(observation with { Sequence = ++sequence }); // so that a write is always under way
                }
            }).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task DisposeAsync_WhileReceiving_EndsIt()
    {
        _server = await ScriptedServer.StartAsync(async (requests, responses, gone) =>
        {
            await ScriptedServer.AcceptAsync(requests, responses);
            await Task.Delay(Timeout.Infinite, gone);
        });
        var session = await OpenAsync();
        var receiving = NextAsync(session);

        await session.DisposeAsync();
        await session.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        Assert.Null(session.Post(Sample(1)));
    }

    [Fact]
    public async Task Post_TimePassesBeforeSending_AgeSaysHowMuch()
    {
        var received = Channel.CreateUnbounded<Wire.Observation>();
        _server = await ScriptedServer.StartAsync(async (requests, responses, gone) =>
        {
            await ScriptedServer.AcceptAsync(requests, responses);
            while (await requests.MoveNext(gone)) received.Writer.TryWrite(requests.Current.Observation);
        });
        await using var session = await OpenAsync();

        var observation = Sample(1) with { CaptureTimeNs = new MonotonicClock(_time).NowNs };
        _time.Advance(TimeSpan.FromMilliseconds(30));
        session.Post(observation);

        Assert.Equal(30_000_000, (await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken)).AgeNs);
    }

    [Fact]
    public async Task Post_ServerTakesNothing_NeverWaitsAndKeepsOnlyTheNewest()
    {
        var mayRead = new TaskCompletionSource();
        var received = new List<long>();
        _server = await ScriptedServer.StartAsync(async (requests, responses, gone) =>
        {
            await ScriptedServer.AcceptAsync(requests, responses);
            await mayRead.Task;
            while (await requests.MoveNext(gone)) received.Add(requests.Current.Observation.Sequence);
        });
        await using var session = await OpenAsync();
        var large = Sample(0);
        large = large with { Frames = large.Frames.SetItem(0, large.Frames[0] with { Data = new byte[3 << 20] }) };

        // Some fill the windows on the way; from then on each takes the place of the one before.
        var displaced = new List<long>();
        var sequence = 0L;
        while (displaced.Count < 50) if (session.Post(large with { Sequence = ++sequence }) is { } lost) displaced.Add(lost);
        mayRead.SetResult();
        await session.CompleteAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        await foreach (var told in session.ReceiveAsync(TestContext.Current.CancellationToken)) Assert.Fail($"{told}");

        Assert.Equal(sequence, received[^1]);
        Assert.Equal(Enumerable.Range(1, (int)sequence).Select(i => (long)i), received.Concat(displaced).Order());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private static Observation Sample(long sequence) => Samples.Observation().ToCore() with { Sequence = sequence };

    private static async Task<SessionEvent> NextAsync(PolicySession session)
    {
        await foreach (var told in session.ReceiveAsync(TestContext.Current.CancellationToken).WithCancellation(TestContext.Current.CancellationToken)) return told;
        throw new EndOfStreamException();
    }

    private Task<PolicySession> OpenAsync(GrpcChannel? channel = null) =>
        PolicySession.OpenAsync(channel ?? Connect(_server!.Address), Samples.Contract().ToCore(), new MonotonicClock(_time), TestContext.Current.CancellationToken);

    private GrpcChannel Connect(string address)
    {
        var channel = ServiceChannel.Create(address);
        _channels.Add(channel);
        return channel;
    }
}
