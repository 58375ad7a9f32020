using System.Buffers;
using System.IO.Pipelines;
using DepthVla.Robot.Server.Hosting;
using DepthVla.Robot.Server.Tests.Running;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace DepthVla.Robot.Server.Tests.Hosting;

/// <summary>Who says nothing, or drips, gets no handshake; who says hello in whatever pieces gets one, and all of the hello is there.</summary>
public sealed class TlsHelloTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Here => TestContext.Current.CancellationToken;

    [Property]
    public async Task Admit_HelloInTwoPieces_GoesOnWithTheLastByte_AndTakesNone(ushort body, ushort cut)
    {
        var hello = Hello(length: body % 16385);
        var first = cut % hello.Length;
        var door = new Door();

        await door.SayAsync(hello[..first]);
        Assert.False(door.Admitted.IsCompleted);
        await door.SayAsync(hello[first..]);

        Assert.Equal(hello, await door.Admitted.Soon());
    }

    [Fact]
    public async Task Admit_SaysNothing_IsClosedWhenPatienceIsOver()
    {
        var door = new Door();
        door.Time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(door.Over.IsCompleted);

        door.Time.Advance(TimeSpan.FromMilliseconds(1));

        await door.Over.Soon();
        Assert.False(door.Admitted.IsCompleted);
    }

    [Fact]
    public async Task Admit_DripsAByteASecond_IsClosedWhenPatienceIsOver()
    {
        var (door, hello) = (new Door(), Hello(length: 512));
        for (var second = 0; second < 10; second++)
        {
            Assert.False(door.Over.IsCompleted);
            await door.SayAsync(hello[second..(second + 1)]);
            door.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await door.Over.Soon();
        Assert.False(door.Admitted.IsCompleted);
    }

    [Fact]
    public async Task Admit_LeavesBeforeItsHello_IsClosed()
    {
        var door = new Door();
        await door.LeaveAsync(new ConnectionResetException("gone"));
        await door.Over.Soon();
        Assert.False(door.Admitted.IsCompleted);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("\u0016\u0003\u0001\u0040\u0001")] // longer than a record may be
    public async Task Admit_NoHello_IsForTlsToRefuse(string said)
    {
        var (door, bytes) = (new Door(), System.Text.Encoding.Latin1.GetBytes(said));
        await door.SayAsync(bytes);
        Assert.Equal(bytes, await door.Admitted.Soon());
    }

    private static byte[] Hello(int length) => [22, 3, 1, (byte)(length >> 8), (byte)length, .. Enumerable.Range(0, length).Select(i => (byte)i)];

    private sealed class Door
    {
        private readonly Pipe _said = new(new(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        private readonly TaskCompletionSource<byte[]> _admitted = new();

        public Door()
        {
            var connection = new DefaultConnectionContext { Transport = new DuplexPipe(_said.Reader, new Pipe().Writer) };
            Over = new TlsHello(Patience, Time).Admit(async admitted =>
            {
                var there = await admitted.Transport.Input.ReadAsync(Here);
                _admitted.SetResult(there.Buffer.ToArray());
            })(connection);
        }

        public FakeTimeProvider Time { get; } = TestTime.Standing();

        /// <summary>What was there when it was admitted.</summary>
        public Task<byte[]> Admitted => _admitted.Task;

        public Task Over { get; }

        public async Task SayAsync(byte[] bytes) => await _said.Writer.WriteAsync(bytes, Here);

        public async Task LeaveAsync(Exception how) => await _said.Writer.CompleteAsync(how);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
