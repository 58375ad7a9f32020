using System.Text;
using DepthVla.Policy.V1;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;
using Google.Protobuf;
using Grpc.Core;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>Spoilt input on every port of the real server: whatever comes, it lives, stays as large as it was, says nothing that is not so, and answers the next robot.</summary>
/// <remarks>
/// Of each thousand inputs 400 are messages to any method over sound HTTP/2, 40 observations in sessions that are open, 160 connections of spoilt HTTP/2, 240 of HTTP/1.1 (both ports that speak it by turns) and 160
/// of WebSocket. Each is made of a seed and a number of its own, which a failure names.
/// </remarks>
[Collection(nameof(Alone))]
public sealed class FuzzedSocketTests(ITestOutputHelper log) : ProgramTest
{
    private const int Seed = 20261129, Slices = 10, AtOnce = 4;

    // From the end of the first slice on, MiB: what the garbage collector leaves lying differs by as much.
    private const double MostGrowth = 96;

    // Two a session; and of each reason's refusals 20, and then one each three seconds.
    private const int LinesAThousand = 12, LinesOfRefusals = 600, LinesASecond = 10;

    [Fact]
    public Task Server_ThreeThousandSpoiltInputs_LivesOnAndAnswers() => AttackAsync(3_000);

    [Fact]
    [Trait("Size", "Full")]
    public Task Server_AMillionSpoiltInputs_LivesOnAndAnswers() => AttackAsync(1_000_000);

    private async Task AttackAsync(int inputs)
    {
        await using var server = await AttackedServer.StartAsync(Folder);
        await server.AnswersAsync();
        var (before, fresh) = ((Footprint?)null, server.Footprint);
        var watch = TimeProvider.System;
        var start = watch.GetTimestamp();
        for (var slice = 0; slice < Slices; slice++)
        {
            int First(int perMille) => (int)((long)slice * inputs * perMille / 1000 / Slices);
            async Task RunAsync(string what, int perMille, Func<int, int, Task> some, int together = 1)
            {
                var (from, to, began) = (First(perMille), (int)((slice + 1L) * inputs * perMille / 1000 / Slices), watch.GetTimestamp());
                var starts = Enumerable.Range(0, (to - from + together - 1) / together).Select(i => from + (i * together));
                try { await Parallel.ForEachAsync(starts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) => await some(i, Math.Min(together, to - i))); }
                catch (Exception e) { throw new Xunit.Sdk.XunitException($"{what}, seed {Seed}, inputs {from} to {to}: {e.Message}", e); }
                log.WriteLine($"{what} {from} to {to}: {(to - from) / watch.GetElapsedTime(began).TotalSeconds:0} a second");
            }

            await RunAsync("gRPC messages", 400, (first, count) => CallAsync(server, first, count), RawCalls.Most);
            await RunAsync("observations", 40, (first, count) => ObserveAsync(server, first, count), ObservationsASession);
            await RunAsync("HTTP/2", 160, (i, _) => ConnectAsync(server.GrpcPort, i, Http2Frames.Of));
            await RunAsync("HTTP/1.1", 240, (i, _) => ConnectAsync(i % 2 == 0 ? server.HttpPort : server.OpenPiPort, i, HttpRequests.Of));
            await RunAsync("WebSocket", 160, (i, _) => ConnectAsync(server.OpenPiPort, i, WebSocketMessages.Of));
            await server.AnswersAsync();
            await server.SettlesAsync(fresh);
            before ??= server.Footprint;
            log.WriteLine($"slice {slice}: {server.Footprint}, {server.Lines} lines, {watch.GetElapsedTime(start).TotalSeconds:0} s");
        }

        foreach (var line in server.AssertLoggedNoFault()) log.WriteLine(line);
        Assert.InRange(server.Footprint.ResidentMegabytes - before!.ResidentMegabytes, -double.MaxValue, MostGrowth);
        Assert.InRange(server.Lines, 0d, LinesOfRefusals + (LinesAThousand * (inputs / 1000)) + (LinesASecond * watch.GetElapsedTime(start).TotalSeconds));
    }

    private const int ObservationsASession = 8;

    // Some 64 calls over one connection. A fault of the server's own is UNKNOWN; so is a message that is none, which never reaches a method.
    private static async Task CallAsync(AttackedServer server, int first, int count)
    {
        GrpcMessage[] calls = [.. Enumerable.Range(first, count).Select(i => GrpcMessages.Of(RandomOf(i)))];
        int?[] statuses;
        try { statuses = await RawCalls.SendAsync(server.GrpcPort, calls); }
        catch (Exception e) when (e is TimeoutException or IOException) { throw new InvalidOperationException($"inputs {first} to {first + count}: {e.Message}", e); }

        for (var i = 0; i < calls.Length; i++) Assert.False(calls[i].IsSound && statuses[i] == (int)StatusCode.Unknown, $"input {first + i}: a sound message to {calls[i].Path} failed");
    }

    // A robot whose session is open sends damaged observations until one ends it.
    private static async Task ObserveAsync(AttackedServer server, int first, int count)
    {
        using var channel = ServiceChannel.Create(server.Address);
        var policy = (await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, TestContext.Current.CancellationToken)).Info;
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        var contract = new ActRequest { Contract = SessionRobot.Contract(policy, $"damaged-{first}").ToWire() }.ToByteArray();
        var (call, session) = await OpenAsync(channel.CreateCallInvoker(), contract, patience.Token);
        using var _ = call;
        try
        {
            for (var i = first; i < first + count; i++)
            {
                var random = RandomOf(i);
                var sound = SessionRobot.Observe(policy, sequence: i - first + 1).ToWire(session);
                if (random.Next(32) > 0) (sound.BudgetNs, sound.AgeNs) = (1, 2); // spent: read and judged, and no work
                await WriteAsync(call, Mutation.Of(new ActRequest { Observation = sound }.ToByteArray(), random));
                if (!await call.ResponseStream.MoveNext(CancellationToken.None)) return;
            }
        }
        catch (RpcException e)
        {
            Assert.True(e.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition, $"inputs {first} to {first + count}: {e.Status}");
        }
    }

    // On a busy machine the server may promise nothing before another robot has left.
    private static async Task<(AsyncDuplexStreamingCall<byte[], byte[]> Call, string Session)> OpenAsync(CallInvoker invoker, byte[] contract, CancellationToken patience)
    {
        while (true)
        {
            var call = invoker.AsyncDuplexStreamingCall(ActInBytes, null, new(cancellationToken: patience));
            try
            {
                await WriteAsync(call, contract);
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
                return (call, ActResponse.Parser.ParseFrom(call.ResponseStream.Current).Accepted.SessionId);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted) { call.Dispose(); }

            await Task.Delay(20, patience);
        }
    }

    // Where the server has ended the stream meanwhile, the reader hears why.
    private static async Task WriteAsync(AsyncDuplexStreamingCall<byte[], byte[]> call, byte[] message)
    {
        try { await call.RequestStream.WriteAsync(message); }
        catch (RpcException) { }
    }

    private static async Task ConnectAsync(int port, int index, Func<Random, byte[]> input)
    {
        try
        {
            var reply = await RawConnection.SendAsync(port, input(RandomOf(index)));
            foreach (var fault in (string[])["HTTP/1.1 500", "A fault of the server"])
            {
                if (reply.AsSpan().IndexOf(Encoding.ASCII.GetBytes(fault)) >= 0) throw new InvalidOperationException($"answered {fault}");
            }
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException) { throw new InvalidOperationException($"input {index}: {e.Message}", e); }
    }

    private static Random RandomOf(int index) => new(unchecked((Seed * 16_777_619) ^ index));

    private static readonly Marshaller<byte[]> AsBytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> ActInBytes = new(MethodType.DuplexStreaming, PolicyService.Descriptor.FullName, "Act", AsBytes, AsBytes);
}
