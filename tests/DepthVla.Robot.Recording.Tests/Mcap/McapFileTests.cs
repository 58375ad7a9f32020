using DepthVla.Robot.Recording.Mcap;
using FsCheck.Xunit;

namespace DepthVla.Robot.Recording.Tests.Mcap;

public sealed class McapFileTests
{
    [Property(MaxTest = 200)]
    public void Read_WhatWasWritten_IsTheSame(byte[][] messages, ushort chunkBytes, ulong start)
    {
        var file = McapReader.Read(Written(messages, chunkBytes, start));

        Assert.Null(file.Problem);
        Assert.Equal(("profile", "library"), (file.Profile, file.Library));
        Assert.Equal("ä", Assert.Single(file.Metadata).Values["key"]);
        Assert.Equal(messages, file.Messages.Select(m => m.Data.ToArray()));
        Assert.Equal(Enumerable.Range(0, messages.Length).Select(i => (uint)i), file.Messages.Select(m => m.Sequence));
        Assert.All(file.Messages, m => Assert.Equal($"/{m.Sequence % 2}", m.Channel.Topic));
        Assert.All(file.Messages, m => Assert.Equal((start + m.Sequence, m.LogTimeNs + 1), (m.LogTimeNs, m.PublishTimeNs)));
    }

    /// <summary>Wherever it is cut: what comes is the beginning of what was written, and a chunk that was cut gives what there is of it.</summary>
    [Fact]
    public void Read_CutAnywhere_IsTheBeginningOfIt()
    {
        byte[][] messages = [.. Enumerable.Range(0, 20).Select(i => Enumerable.Repeat((byte)i, 30).ToArray())];
        var whole = Written(messages, chunkBytes: 300, start: 5);
        var most = 0;
        for (var length = McapWriter.Magic.Length; length < whole.Length; length++)
        {
            var file = McapReader.Read(whole.AsMemory(0, length));
            Assert.NotNull(file.Problem);
            Assert.Equal(messages.Take(file.Messages.Length), file.Messages.Select(m => m.Data.ToArray()));
            Assert.True(file.Messages.Length >= most, "a longer part never tells less");
            most = file.Messages.Length;
        }

        Assert.Equal(messages.Length, most);
        var half = McapReader.Read(whole.AsMemory(0, whole.Length / 3)).Messages.Length;
        Assert.InRange(half, 3, messages.Length);
    }

    /// <summary>One byte changed: nothing that was not written is told without a word of warning, and nothing but a clear error is thrown.</summary>
    [Property(MaxTest = 2000)]
    public void Read_OneByteChanged_IsNoticed(ushort place, byte change)
    {
        byte[][] messages = [.. Enumerable.Range(0, 6).Select(i => Enumerable.Repeat((byte)i, 20).ToArray())];
        var bytes = Written(messages, chunkBytes: 100, start: 5);
        var data = IndexOfDataEnd(bytes);
        var at = place % data;
        bytes[at] ^= change;
        if (change == 0) return;
        try
        {
            Assert.NotNull(McapReader.Read(bytes).Problem);
        }
        catch (McapException e)
        {
            Assert.Contains("expected", e.Message, StringComparison.Ordinal);
        }
    }

    [Property(MaxTest = 500)]
    public void Read_Garbage_IsAClearError(byte[] garbage)
    {
        var e = Assert.Throws<McapException>(() => McapReader.Read(garbage));
        Assert.Contains("expected an MCAP file", e.Message, StringComparison.Ordinal);
        byte[] behindMagic = [.. McapWriter.Magic, .. garbage];
        try { McapReader.Read(behindMagic); }
        catch (McapException) { }
    }

    [Fact]
    public void Read_CompressedChunk_SaysHowToRewriteIt()
    {
        byte[] fields = [.. new byte[24], 0, 0, 0, 0, 4, 0, 0, 0, .. "zstd"u8, .. new byte[8]];
        byte[] file = [.. McapWriter.Magic, 1, 8, 0, 0, 0, 0, 0, 0, 0, .. new byte[8], 6, (byte)fields.Length, 0, 0, 0, 0, 0, 0, 0, .. fields];
        var e = Assert.ThrowsAny<McapException>(() => McapReader.Read(file));
        Assert.Contains("expected none, got 'zstd'; rewrite", e.Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 200)]
    public void Crc_EightBytesAtATime_IsThatOfBits(byte[] bytes)
    {
        byte[] longer = [.. bytes, .. bytes, .. bytes];
        Assert.Equal(ConformanceFile.Crc(longer), Crc32.Of(longer));
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
    }

    private static byte[] Written(byte[][] messages, int chunkBytes, ulong start)
    {
        using var stream = new MemoryStream();
        var writer = new McapWriter(stream, "profile", "library", chunkBytes);
        writer.Write("about", [new("key", "ä")]);
        var schema = writer.AddSchema(new("Message", "protobuf", new byte[] { 1 }));
        ushort[] channels = [writer.AddChannel("/0", "protobuf", schema), writer.AddChannel("/1", "protobuf", schema)];
        for (var i = 0u; i < messages.Length; i++) writer.Write(channels[i % 2], i, start + i, start + i + 1, messages[i]);
        writer.Finish();
        return stream.ToArray();
    }

    private static int IndexOfDataEnd(byte[] file) => file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x0F, 4, 0, 0, 0, 0, 0, 0, 0]);
}
