using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Core.Tests.Policies;

/// <summary>A robot's memory holds one thing, and what leaves it unread is disposed once.</summary>
public sealed class PolicyMemoryTests
{
    [Fact]
    public void Take_WhatWasKept_OnceOnly()
    {
        using var memory = new PolicyMemory();
        var kept = new Counted();
        Assert.Null(memory.Take());
        memory.Keep(kept);
        Assert.Same(kept, memory.Take());
        Assert.Null(memory.Take());
        Assert.Equal(0, kept.Disposed);
    }

    [Fact]
    public void Keep_Another_DisposesTheOneBefore()
    {
        using var memory = new PolicyMemory();
        var (first, second) = (new Counted(), new Counted());
        memory.Keep(first);
        memory.Keep(second);
        Assert.Equal((1, 0), (first.Disposed, second.Disposed));
        Assert.Same(second, memory.Take());
    }

    [Fact]
    public void Keep_AfterTheEnd_DisposesAtOnce()
    {
        var (memory, before, after) = (new PolicyMemory(), new Counted(), new Counted());
        memory.Keep(before);
        memory.Dispose();
        memory.Keep(after);
        memory.Dispose();
        Assert.Equal((1, 1), (before.Disposed, after.Disposed));
        Assert.Null(memory.Take());
    }

    /// <summary>The session ends while its observation is being answered.</summary>
    [Fact]
    public void Dispose_WhileAnotherThreadTakesAndKeeps_DisposesEverythingOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            var (memory, kept) = (new PolicyMemory(), new Counted());
            memory.Keep(kept);
            Parallel.Invoke(
                () =>
                {
                    if (memory.Take() is { } taken) memory.Keep(taken);
                },
                memory.Dispose);
            Assert.Equal(1, kept.Disposed);
        }
    }

    private sealed class Counted : IDisposable
    {
        private int _disposed;

        internal int Disposed => _disposed;

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }
}
