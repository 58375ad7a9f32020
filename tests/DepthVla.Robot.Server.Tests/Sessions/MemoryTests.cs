using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>What a policy keeps of a robot lives as long as the session: nobody else sees it, and nothing is left.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task Act_ObservationsOfASession_HaveOneMemory_AndTheNextSessionAnother()
    {
        var policy = new CountingPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        await using (var session = await server.OpenAsync())
        {
            await using var listener = new Listener(session);
            Assert.Null(await AskAsync(session, listener, 1));
            Assert.Equal(1, await AskAsync(session, listener, 2));
            Assert.Equal(2, await AskAsync(session, listener, 3));

            await using var other = await server.OpenAsync(TestRobot.Contract with { RobotId = "robot-2" });
            await using var others = new Listener(other);
            Assert.Null(await AskAsync(other, others, 7));
            Assert.Equal(3, await AskAsync(session, listener, 4));
        }

        await using var again = await server.ReopenAsync();
        await using var fresh = new Listener(again);
        Assert.Null(await AskAsync(again, fresh, 1));
    }

    [Fact]
    public async Task Act_SessionEnds_WhatWasKeptIsDisposed()
    {
        var policy = new CountingPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        await using (var session = await server.OpenAsync())
        {
            await using var listener = new Listener(session);
            await AskAsync(session, listener, 1);
            Assert.Equal(1, policy.Alive);
        }

        await Patience.Until(() => policy.Alive == 0);
    }

    [Fact]
    public async Task Infer_WithoutASession_HasNoMemory()
    {
        var policy = new CountingPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        var request = new DepthVla.Policy.V1.InferRequest { Observation = TestRobot.Request("", TestRobot.Observe(5)).Observation };
        var answer = await server.Client().InferAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(answer.Chunk.HasDepthBasedOnSequence);
        Assert.Equal(0, policy.Alive);
    }

    private static async Task<long?> AskAsync(Contracts.Remote.PolicySession session, Listener listener, long sequence)
    {
        session.Post(TestRobot.Observe(sequence));
        return Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk.DepthBasedOnSequence;
    }

    /// <summary>Holds still, and says which observation it was asked about before.</summary>
    private sealed class CountingPolicy : HoldPolicy
    {
        private int _alive;

        internal int Alive => Volatile.Read(ref _alive);

        public override async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
        {
            var chunk = await base.InferAsync(observation, cancellationToken);
            if (observation.Memory is not { } memory) return chunk;
            using var before = (Kept?)memory.Take();
            Interlocked.Increment(ref _alive);
            memory.Keep(new Kept(this, observation.Sequence));
            return chunk with { DepthBasedOnSequence = before?.Sequence };
        }

        private sealed class Kept(CountingPolicy policy, long sequence) : IDisposable
        {
            internal long Sequence => sequence;

            public void Dispose() => Interlocked.Decrement(ref policy._alive);
        }
    }
}
