using DepthVla.Robot.Recording.Flight;
using FsCheck.Xunit;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace DepthVla.Robot.Recording.Tests.Flight;

public sealed class FlightRingTests
{
    private const int Capacity = 1024, HeadBytes = 32;

    /// <summary>Whatever the sizes: what is there are the newest messages, unbroken and in order, and as many as the bytes allow but for one of the largest.</summary>
    [Property(MaxTest = 300)]
    public void Add_MessagesOfAnySize_KeepsTheNewestWithinItsBytes(byte[] sizes)
    {
        var ring = new FlightRing(Capacity, TimeSpan.FromHours(1));
        for (var i = 0; i < sizes.Length; i++) ring.Add(new(i % 3, (uint)i, i, i), Message(i, sizes[i]));

        var kept = All(ring);
        Assert.Equal(Enumerable.Range(sizes.Length - kept.Count, kept.Count), kept.Select(k => (int)k.Entry.Sequence));
        Assert.All(kept, k => Assert.Equal(Message((int)k.Entry.Sequence, sizes[k.Entry.Sequence]).ToByteArray(), k.Bytes));
        Assert.All(kept, k => Assert.Equal((k.Entry.Sequence % 3, (long)k.Entry.Sequence), ((uint)k.Entry.Channel, k.Entry.RecordedNs)));
        var bytes = kept.Sum(k => HeadBytes + k.Bytes.Length);
        Assert.True(bytes <= Capacity);
        if (kept.Count < sizes.Length) Assert.True(bytes > Capacity - 2 * (HeadBytes + 270) - 8 * kept.Count, $"{bytes} bytes in {kept.Count} messages");
    }

    [Fact]
    public void Add_OlderThanTheTimeKept_IsForgotten()
    {
        var ring = new FlightRing(1 << 16, TimeSpan.FromSeconds(2));
        for (var second = 0; second <= 10; second++) ring.Add(new(0, (uint)second, second * 1_000_000_000L, 0), Message(second, 1));
        Assert.Equal([8u, 9u, 10u], All(ring).Select(k => k.Entry.Sequence));
    }

    [Fact]
    public void Add_LargerThanTheRing_IsLeftOutAndCounted()
    {
        var ring = new FlightRing(Capacity, TimeSpan.FromHours(1));
        ring.Add(new(0, 1, 0, 0), Message(1, 1));
        ring.Add(new(0, 2, 0, 0), new BytesValue { Value = ByteString.CopyFrom(new byte[Capacity]) });
        Assert.Equal(1, ring.TooLarge);
        Assert.Equal(1u, Assert.Single(All(ring)).Entry.Sequence);
    }

    [Fact]
    public async Task TryRead_WhileAnotherThreadAdds_IsNeverTorn()
    {
        var ring = new FlightRing(1 << 14, TimeSpan.FromHours(1));
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++) ring.Add(new(0, (uint)i, i, i), Message(i, (byte)i));
        }, TestContext.Current.CancellationToken);

        var read = 0;
        for (var round = 0; round < 200 || read < 10_000; round++)
        {
            var last = -1L;
            foreach (var (entry, bytes) in All(ring))
            {
                Assert.True(entry.Sequence > last);
                last = entry.Sequence;
                Assert.Equal(Message((int)last, (byte)last).ToByteArray(), bytes);
                read++;
            }
        }

        await done.CancelAsync();
        await writer;
    }

    private static List<(FlightEntry Entry, byte[] Bytes)> All(FlightRing ring)
    {
        var (position, end, bytes, all) = (0L, ring.End, new byte[8], new List<(FlightEntry, byte[])>());
        while (ring.TryRead(ref position, end, ref bytes, out var length, out var entry)) all.Add((entry, bytes[..length]));
        return all;
    }

    private static BytesValue Message(int number, byte size) => new() { Value = ByteString.CopyFrom([.. Enumerable.Repeat((byte)number, size)]) };
}
