using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Tests.Running;

/// <summary>A robot that fits <see cref="HoldPolicy"/>.</summary>
internal static class TestRobot
{
    public static RobotContract Contract { get; } = new()
    {
        RobotId = "robot-1",
        Cameras = [new("primary", 4, 2, ImageEncoding.Rgb8), new("wrist", 640, 480, ImageEncoding.Jpeg)],
        Joints = [new("waist", JointUnit.Radian, -3, 3, 1, 4), new("gripper", JointUnit.Metre, 0, 0.04, 0.1, 1, IsGripper: true)],
        ControlRateHz = 500, ObservationRateHz = 10, StepRateHz = 15, Actions = [ActionRepresentation.JointPosition],
    };

    /// <summary>What it sees now.</summary>
    public static Observation Observe(long sequence, string instruction = "hold", long budgetMs = 60_000, bool wantDepth = false) => new()
    {
        Sequence = sequence, CaptureTimeNs = MonotonicClock.System.NowNs, BudgetNs = budgetMs * 1_000_000,
        Frames =
        [
            new() { Camera = "primary", Encoding = ImageEncoding.Rgb8, Width = 4, Height = 2, Stride = 12, CaptureTimeNs = 1_000_000, Sequence = sequence, Data = new byte[24] },
            new() { Camera = "wrist", Encoding = ImageEncoding.Jpeg, Width = 640, Height = 480, CaptureTimeNs = 1_000_000, Sequence = sequence, Data = Jpeg },
        ],
        Proprioception = JointVector.From([0.5, 0.02]), Instruction = instruction, WantDepth = wantDepth,
    };

    /// <summary>The observation on the wire, with no age.</summary>
    public static Wire.ActRequest Request(string sessionId, Observation observation) => new() { Observation = observation.ToWire(sessionId) };

    private static byte[] Jpeg { get; } = [0xFF, 0xD8, 0xFF, 0xE0, 0, 0];
}

/// <summary>A robot's stream without <see cref="PolicySession"/>: sends exactly what the test says.</summary>
internal sealed class RawStream : IDisposable
{
    private RawStream(AsyncDuplexStreamingCall<Wire.ActRequest, Wire.ActResponse> call) => Call = call;

    public AsyncDuplexStreamingCall<Wire.ActRequest, Wire.ActResponse> Call { get; }

    public string SessionId { get; private set; } = "";

    public double PromisedRateHz { get; private set; }

    public static async Task<RawStream> OpenAsync(RunningServer server, RobotContract? contract = null)
    {
        var stream = new RawStream(server.Client().Act(cancellationToken: TestContext.Current.CancellationToken));
        await stream.SendRawAsync(new() { Contract = (contract ?? TestRobot.Contract).ToWire() });
        var accepted = (await stream.NextAsync()).Accepted;
        (stream.SessionId, stream.PromisedRateHz) = (accepted.SessionId, accepted.PromisedRateHz);
        return stream;
    }

    public static RawStream Begin(RunningServer server) => new(server.Client().Act(cancellationToken: TestContext.Current.CancellationToken));

    public Task SendRawAsync(Wire.ActRequest request) => Call.RequestStream.WriteAsync(request).Soon();

    public Task SendAsync(Observation observation) => SendRawAsync(TestRobot.Request(SessionId, observation));

    public async Task<Wire.ActResponse> NextAsync() =>
        await Call.ResponseStream.MoveNext(CancellationToken.None).Soon() ? Call.ResponseStream.Current : throw new EndOfStreamException();

    public async Task<SessionEvent> NextEventAsync() => (await NextAsync()).ToCore(SessionId);

    /// <summary>The status that ends the stream.</summary>
    public async Task<RpcException> EndAsync() => await Assert.ThrowsAsync<RpcException>(async () =>
    {
        while (await Call.ResponseStream.MoveNext(CancellationToken.None).Soon())
        {
        }
    });

    public void Dispose() => Call.Dispose();
}

/// <summary>What a session heard, one event at a time.</summary>
internal sealed class Listener(PolicySession session) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<SessionEvent> _events = session.ReceiveAsync(CancellationToken.None).GetAsyncEnumerator();

    public async Task<SessionEvent> NextAsync() => await _events.MoveNextAsync().AsTask().Soon() ? _events.Current : throw new EndOfStreamException();

    public async Task<bool> EndsAsync() => !await _events.MoveNextAsync().AsTask().Soon();

    public ValueTask DisposeAsync() => _events.DisposeAsync();
}
