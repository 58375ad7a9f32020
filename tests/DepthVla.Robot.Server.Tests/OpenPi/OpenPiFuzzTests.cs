using System.Buffers;
using System.Net.WebSockets;
using DepthVla.Robot.OpenPi.Messages;
using DepthVla.Robot.Server.Tests.Running;
using FsCheck.Xunit;

namespace DepthVla.Robot.Server.Tests.OpenPi;

/// <summary>Garbage for the reader and on the real socket: whatever comes, the next client is served.</summary>
public sealed class OpenPiFuzzTests
{
    [Fact]
    public void Read_TenThousandSpoiltMessages_ReadsOrRefusesEach() => ReadSpoilt(10_000);

    [Fact]
    [Trait("Size", "Full")]
    public void Read_AMillionSpoiltMessages_ReadsOrRefusesEach() => ReadSpoilt(1_000_000);

    [Property]
    public void Read_AnyBytes_ReadsOrRefuses(byte[] bytes) => Read(bytes);

    [Property]
    public void Read_WhatWasWritten_IsTheSame(double[] numbers, string text, long whole, bool flag)
    {
        text = new string([.. (text ?? "").Where(c => !char.IsSurrogate(c))]);
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.Write(output, new Dictionary<string, object> { ["a.b"] = NdArray.Of(numbers ?? []), ["a.c"] = text, ["d/e"] = whole, ["f"] = flag });
        var read = MessageReader.Read(output.WrittenMemory);
        Assert.Equal(numbers ?? [], read.Array("a.b").ToDoubles());
        Assert.Equal(text, read.Text("a.c"));
        if (whole >= 0) Assert.Equal((ulong)whole, read.Number("d/e"));
    }

    [Fact]
    public async Task Socket_SpoiltMessages_ServerLivesOn()
    {
        await using var server = await OpenPiTests.StartAsync(new HoldPolicy());
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            using var client = await OpenPiSocket.ConnectedAsync(server);
            if (random.Next(8) == 0) await client.SendAsync(Spoilt(random).Select(b => (byte)(b & 0x7F)).ToArray(), WebSocketMessageType.Text); // text that is none breaks WebSocket itself
            else await client.SendAsync(Spoilt(random));
            var (type, _) = await client.NextAsync(); // an answer where what was spoilt does not matter, else why not
            Assert.NotEqual(WebSocketMessageType.Close, type);
        }

        await OpenPiTests.AnswersAsync(server);
    }

    [Fact]
    public void Read_ListsWithinListsWithoutEnd_IsRefused() => Assert.Throws<InvalidMessageException>(() => MessageReader.Read(new byte[] { 0x81, 0xa1, (byte)'a' }.Concat(Enumerable.Repeat((byte)0x91, 100_000)).ToArray()));

    [Fact]
    public void Read_ArrayThatPromisesMoreThanItHas_IsRefused()
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.Write(output, new Dictionary<string, object> { ["a"] = new NdArray("<f8", [int.MaxValue, int.MaxValue, int.MaxValue, 0x7fffffff], new byte[8]) });
        Assert.Contains("expected as many bytes", Assert.Throws<InvalidMessageException>(() => MessageReader.Read(output.WrittenMemory)).Message, StringComparison.Ordinal);
    }

    private static void ReadSpoilt(int messages)
    {
        var (random, read) = (new Random(1), 0);
        for (var i = 0; i < messages; i++) read += Read(Spoilt(random)) ? 1 : 0;
        Assert.InRange(read, 1, messages - 1); // else nothing, or everything, was spoilt beyond reading
    }

    private static bool Read(byte[] bytes)
    {
        try
        {
            var message = MessageReader.Read(bytes);
            _ = message.Keys;
            return true;
        }
        catch (InvalidMessageException) { return false; }
    }

    // A sound message with bytes changed, cut off, doubled or put in; now and then nothing but noise.
    private static byte[] Spoilt(Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.Write(output, OpenPiTests.Observation());
        var bytes = output.WrittenSpan.ToArray().ToList();
        switch (random.Next(5))
        {
            case 0: bytes.RemoveRange(random.Next(bytes.Count), 1); break;
            case 1: bytes = bytes[..random.Next(bytes.Count)]; break;
            case 2: bytes.Insert(random.Next(bytes.Count), (byte)random.Next(256)); break;
            case 3: for (var i = random.Next(1, 8); i > 0; i--) bytes[random.Next(bytes.Count)] = (byte)random.Next(256); break;
            default: bytes = [.. Enumerable.Range(0, random.Next(200)).Select(_ => (byte)random.Next(256))]; break;
        }

        return [.. bytes];
    }
}
