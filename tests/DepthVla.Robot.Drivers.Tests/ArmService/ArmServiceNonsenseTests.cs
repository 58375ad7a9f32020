using System.Buffers.Binary;
using System.Net;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.ArmService;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Wire = DepthVla.Arm.V1;

namespace DepthVla.Robot.Drivers.Tests.ArmService;

/// <summary>A service that answers a start with damaged states and with bytes that are none: each is a state that can be, or ends the call with a reason.</summary>
public sealed class ArmServiceNonsenseTests
{
    private const int Joints = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Receive_DamagedMessages_AreStatesOrEndTheCall() => ReceiveAsync(500);

    [Fact, Trait("Size", "Full")]
    public Task Receive_ManyDamagedMessages_AreStatesOrEndTheCall() => ReceiveAsync(10_000);

    private static async Task ReceiveAsync(int messages)
    {
        var random = new Random(1);
        await using var app = Serve(random);
        await app.StartAsync(Cancel);
        var (options, states, refused) = (new ArmServiceOptions { Address = app.Urls.Single(), StartTimeout = TimeSpan.FromSeconds(30), StateTimeout = TimeSpan.FromSeconds(5) }, 0, 0);
        while (states + refused < messages)
        {
            using var call = new ArmServiceCall(options, MonotonicClock.System);
            try
            {
                for (JointState? state = await call.StartAsync(Joints); state is { } read; state = await call.ReceiveAsync(options.StateTimeout))
                {
                    Assert.True(read.Positions.IsFinite && read.Velocities.IsFinite && read.Efforts.IsFinite && read.Positions.Count == Joints);
                    states++;
                }
            }
            catch (ArmServiceException e)
            {
                Assert.StartsWith($"arm service at {options.Address}: ", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(states > messages / 20 && refused > messages / 20, $"{states} states and {refused} refusals: the damage should leave both");
    }

    // The start is not even read; then come states of the moment, some damaged, until one frame is cut short.
    private static WebApplication Serve(Random random)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.MapPost("/depthvla.arm.v1.ArmService/Drive", async context =>
        {
            var start = new byte[256];
            var read = await context.Request.Body.ReadAsync(start, Cancel);
            var startNs = read > 5 ? Wire.DriveRequest.Parser.ParseFrom(start.AsSpan(5, read - 5)).Start.TimeNs : 0;
            context.Response.ContentType = "application/grpc";
            for (var i = 0; i < 4; i++) await context.Response.Body.WriteAsync(Frame(random, startNs), Cancel);
            context.Response.AppendTrailer("grpc-status", $"{random.Next(18)}");
        });
        return app;
    }

    private static byte[] Frame(Random random, long startNs)
    {
        var state = new Wire.State { CommandTimeNs = startNs, ElapsedNs = random.Next(1_000_000) };
        for (var i = 0; i < Joints; i++)
        {
            state.Positions.Add(random.NextDouble());
            state.Velocities.Add(0);
            state.Efforts.Add(1);
        }

        var payload = new Wire.DriveResponse { State = state }.ToByteArray();
        switch (random.Next(5))
        {
            case 0: random.NextBytes(payload); break;
            case 1: payload = payload[..random.Next(payload.Length)]; break;
            case 2: for (var damage = random.Next(1, 4); damage > 0; damage--) payload[random.Next(payload.Length)] = (byte)random.Next(256); break;
        }

        var frame = new byte[5 + payload.Length];
        if (random.Next(20) == 0) frame[0] = (byte)random.Next(256);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), random.Next(20) == 0 ? (uint)random.NextInt64(uint.MaxValue) : (uint)payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }
}
