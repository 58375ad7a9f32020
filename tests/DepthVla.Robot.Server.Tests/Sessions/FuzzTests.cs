using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Server.Tests.Running;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>Garbage on the real socket: whatever comes, the next robot is served.</summary>
public sealed class FuzzTests
{
    private static readonly Marshaller<byte[]> AsBytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> ActInBytes = new(MethodType.DuplexStreaming, Wire.PolicyService.Descriptor.FullName, "Act", AsBytes, AsBytes);

    private static readonly string[] Methods = ["Act", "Infer", "GetModelInfo", "NoSuchMethod"];

    [Fact]
    public async Task Socket_AnyGrpcFrames_ServerLivesOn()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var http = new HttpClient { BaseAddress = new(server.GrpcAddress), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var random = new Random(1);

        for (var i = 0; i < 300; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/depthvla.policy.v1.PolicyService/{Methods[random.Next(Methods.Length)]}") { Content = new ByteArrayContent(Body(random)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            if (random.Next(4) == 0) request.Headers.Add("grpc-encoding", "gzip");
            request.Headers.TE.Add(new("trailers"));
            try
            {
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken).Soon();
                await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).Soon();
            }
            catch (HttpRequestException)
            {
                // refused by a reset
            }
        }

        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Socket_AnyBytesOnBothPorts_ServerLivesOn()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var random = new Random(2);
        var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
        foreach (var port in server.App.Urls.Select(u => new Uri(u).Port))
        {
            for (var i = 0; i < 100; i++)
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                var garbage = new byte[random.Next(2000)];
                random.NextBytes(garbage);
                try
                {
                    if (random.Next(2) == 0) await socket.GetStream().WriteAsync(preface, TestContext.Current.CancellationToken);
                    await socket.GetStream().WriteAsync(garbage, TestContext.Current.CancellationToken);
                }
                catch (IOException)
                {
                    // refused by a reset
                }
            }
        }

        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Stream_DamagedMessages_EachIsAnsweredOrEndsOnlyItsOwnStream()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var bystander = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "bystander" });
        var calls = server.Connect().CreateCallInvoker();
        var random = new Random(3);
        var (answered, ended) = (0, 0);

        for (var i = 1; i <= 150; i++)
        {
            using var call = calls.AsyncDuplexStreamingCall(ActInBytes, null, new(cancellationToken: TestContext.Current.CancellationToken));
            await call.RequestStream.WriteAsync(new Wire.ActRequest { Contract = (TestRobot.Contract with { RobotId = $"fuzz-{i}" }).ToWire() }.ToByteArray(), TestContext.Current.CancellationToken).Soon();
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
            var session = Wire.ActResponse.Parser.ParseFrom(call.ResponseStream.Current).Accepted.SessionId;
            var bytes = TestRobot.Request(session, TestRobot.Observe(1)).ToByteArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            await call.RequestStream.WriteAsync(bytes, TestContext.Current.CancellationToken).Soon();
            try
            {
                if (await call.ResponseStream.MoveNext(CancellationToken.None).Soon()) answered++;
            }
            catch (RpcException e)
            {
                Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
                ended++;
            }

            await bystander.SendAsync(TestRobot.Observe(i));
            Assert.IsType<ChunkArrived>(await bystander.NextEventAsync());
        }

        Assert.True(answered > 20 && ended > 20, $"{answered} answered, {ended} ended: the damage should do both");
    }

    [Fact]
    public async Task Infer_Compressed_IsRefusedUnopened()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress); // offers gzip, as any client may
        var client = new Wire.PolicyService.PolicyServiceClient(channel);
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        var refused = await Assert.ThrowsAsync<RpcException>(() =>
            client.InferAsync(new() { Observation = TestRobot.Observe(1).ToWire("") }, headers, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Soon());

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    private static byte[] Body(Random random)
    {
        var payload = new byte[random.Next(200)];
        random.NextBytes(payload);
        if (random.Next(3) == 0) payload = [.. new Wire.ActRequest { Contract = TestRobot.Contract.ToWire() }.ToByteArray(), .. payload];
        var frame = new byte[5 + payload.Length];
        frame[0] = (byte)random.Next(4);
        var length = random.Next(4) == 0 ? (uint)random.NextInt64(uint.MaxValue) : (uint)payload.Length;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length);
        payload.CopyTo(frame, 5);
        return frame[..random.Next(random.Next(2) == 0 ? 0 : frame.Length, frame.Length + 1)];
    }

    private static async Task AssertServesAsync(RunningServer server)
    {
        using var stream = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "after" });
        await stream.SendAsync(TestRobot.Observe(1));
        Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
    }
}
