using System.Net;
using System.Net.Sockets;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>The script's own text, run on an emulated arm, against messages that the driver itself would not send.</summary>
public sealed class ServoScriptTests
{
    private static readonly UniversalRobotsOptions Options = new()
    {
        Host = "127.0.0.1", Description = UniversalRobotsModel.Ur5e.Describe(), MissedReads = 3, StopDeceleration = 2.5, MaxTargetStep = 0.05,
    };

    private readonly EmulatedArm _arm = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Goodbye_AtOnce_EndsAsAsked() => EndsAsync(1, 0, Message(0, ServoKind.Goodbye));

    [Fact]
    public Task Goodbye_WhileFollowing_BrakesFirst() => EndsAsync(1, 2.5, Message(0, ServoKind.Wait), Message(1, ServoKind.Follow, 0.04), Message(2, ServoKind.Goodbye));

    [Fact]
    public Task Silence_BeforeAnyTarget_Ends() => EndsAsync(2, 0, Message(0, ServoKind.Wait));

    [Fact]
    public Task Silence_WhileFollowing_Brakes() => EndsAsync(2, 2.5, Message(0, ServoKind.Follow, 0.04));

    [Fact]
    public Task HalfAMessage_IsSilence() => EndsAsync(2, 2.5, Message(0, ServoKind.Follow, 0.04), Message(1, ServoKind.Follow, 0.05)[..20]);

    [Theory]
    [InlineData(0)]   // the last one again
    [InlineData(2)]   // one was lost
    public Task AnotherNumber_WhileFollowing_Brakes(int number) => EndsAsync(3, 2.5, Message(0, ServoKind.Follow, 0.04), Message(number, ServoKind.Follow, 0.04));

    [Fact]
    public Task AnotherMark_WhileFollowing_Brakes() => EndsAsync(3, 2.5, Message(0, ServoKind.Follow, 0.04), [1, .. Message(1, ServoKind.Follow, 0.04)[1..]]);

    [Fact]
    public Task FirstTargetFarFromTheArm_MovesNothing() => EndsAsync(4, 0, Message(0, ServoKind.Follow, -0.06));

    [Fact]
    public Task TargetFarFromTheOneBefore_Brakes() => EndsAsync(4, 2.5, Message(0, ServoKind.Follow, 0.04), Message(1, ServoKind.Follow, 0.1));

    [Fact]
    public Task LostConnection_WhileFollowing_Brakes() => EndsAsync(2, 2.5, Message(0, ServoKind.Follow, 0.04), []);

    // An empty message closes the connection.
    private async Task EndsAsync(int ending, double braking, params byte[][] messages)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var text = ServoScript.Text(Options, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, hello: 42);
        using var script = new EmulatedScript(text, _arm, Cancel) { Patience = 30 };
        var running = script.RunAsync();
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        var (stream, word) = (client.GetStream(), new byte[4]);
        await stream.ReadExactlyAsync(word, Cancel);
        Assert.Equal([0, 0, 0, 42], word);

        foreach (var message in messages)
        {
            await stream.WriteAsync(message, Cancel);
            if (message.Length == 0) client.Close();
        }

        await running;
        Assert.Equal((ending, braking, false), (script.Ending, script.StopDeceleration, _arm.Moving));
        if (!client.Connected) return;
        await stream.ReadExactlyAsync(word, Cancel);
        Assert.Equal([0, 0, 0, (byte)ending], word);
    }

    // Joint 0 so far from where the arm stands; the others stay.
    private byte[] Message(int number, ServoKind kind, double way = 0)
    {
        var positions = JointVector.From(_arm.Positions.AsSpan());
        positions[0] += way;
        var bytes = new byte[ServoMessage.Bytes];
        ServoMessage.Write(bytes, number, kind, in positions);
        return bytes;
    }
}
