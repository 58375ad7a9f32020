using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Google.Protobuf;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class ObservationTests
{
    public static TheoryData<string, string, Action<Wire.Observation>> Invalid => new()
    {
        { Reasons.SessionWrong, "session_id", o => o.SessionId = "another" },
        { Reasons.SequenceNotRising, "sequence", o => o.Sequence = 0 },
        { Reasons.FieldInvalid, "budget_ns", o => o.BudgetNs = 0 },
        { Reasons.FieldInvalid, "budget_ns", o => o.BudgetNs = long.MaxValue },
        { Reasons.FieldInvalid, "age_ns", o => o.AgeNs = -1 },
        { Reasons.FieldInvalid, "frames", o => o.Frames.Clear() },
        { Reasons.FieldInvalid, "instruction", o => o.Instruction = "" },
        { Reasons.FieldInvalid, "proprioception", o => o.Proprioception[1] = double.NaN },
        { Reasons.FieldInvalid, "proprioception", o => o.Proprioception[0] = double.PositiveInfinity },
        { Reasons.ProprioceptionInvalid, "proprioception", o => o.Proprioception.Add(1) },
        { Reasons.ProprioceptionInvalid, "proprioception", o => o.Proprioception.RemoveAt(0) },
        { Reasons.InstructionTooLong, "instruction", o => o.Instruction = new string('x', 513) },
        { Reasons.CameraUnknown, "frames[1].camera", o => o.Frames[1].Camera = "ceiling" },
        { Reasons.CameraUnknown, "frames[2].camera", o => o.Frames.Add(o.Frames[1]) },
        { Reasons.CameraUnknown, "frames[1].camera", o => o.Frames.Add(TakeFirst(o)) },
        { Reasons.FrameNotAsContracted, "frames[0]", o => o.Frames[0].Height = 3 },
        { Reasons.FrameNotAsContracted, "frames[1]", o => o.Frames[1].Width = 320 },
        { Reasons.FrameNotAsContracted, "frames[1]", o => (o.Frames[1].Encoding, o.Frames[1].Stride) = (Wire.ImageEncoding.Rgb8, 0) },
        { Reasons.FrameDataInvalid, "frames[0].data", o => o.Frames[0].Data = ByteString.CopyFrom(new byte[23]) },
        { Reasons.FrameDataInvalid, "frames[0].data", o => o.Frames[0].Data = ByteString.CopyFrom(new byte[25]) },
        { Reasons.FrameDataInvalid, "frames[1].data", o => o.Frames[1].Data = ByteString.CopyFrom(0xFF, 0xD8) },
        { Reasons.FrameDataInvalid, "frames[1].data", o => o.Frames[1].Data = ByteString.CopyFrom(0x89, 0x50, 0x4E, 0x47) },
    };

    [Theory, MemberData(nameof(Invalid), DisableDiscoveryEnumeration = true)]
    public async Task Act_InvalidObservation_IsAnsweredAsSuchAndTheStreamLives(string reason, string field, Action<Wire.Observation> spoil)
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        var request = TestRobot.Request(stream.SessionId, TestRobot.Observe(1));
        spoil(request.Observation);

        await stream.SendRawAsync(request);
        var refused = Assert.IsType<ObservationUnanswered>(await stream.NextEventAsync());
        await stream.SendAsync(TestRobot.Observe(2));
        var answered = Assert.IsType<ChunkArrived>(await stream.NextEventAsync());

        Assert.Equal((UnansweredResult.Invalid, reason, request.Observation.Sequence), (refused.Result, refused.Reason, refused.BasedOnSequence));
        Assert.StartsWith($"{field}: expected", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, answered.Chunk.BasedOnSequence);
    }

    [Fact]
    public async Task Act_SequenceThatFalls_IsInvalid()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        await stream.SendAsync(TestRobot.Observe(5));
        Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
        await stream.SendAsync(TestRobot.Observe(5));
        Assert.Equal(Reasons.SequenceNotRising, Assert.IsType<ObservationUnanswered>(await stream.NextEventAsync()).Reason);
    }

    [Fact]
    public async Task Act_CameraLeftOut_IsAnswered()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        var request = TestRobot.Request(stream.SessionId, TestRobot.Observe(1));
        request.Observation.Frames.RemoveAt(0);
        await stream.SendRawAsync(request);
        Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
    }

    [Fact]
    public async Task Act_Chunk_CarriesWhatThePolicySaidAndWhereTheTimeWent()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        await using var session = await server.OpenAsync();
        await using var listener = new Listener(session);

        session.Post(TestRobot.Observe(1, wantDepth: true) with { NoiseSeed = 42 });
        var chunk = Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk;

        Assert.Equal((4, 2, 42ul, "m1", false), (chunk.Steps, chunk.Dims, chunk.NoiseSeed, chunk.ModelHash, chunk.BudgetMissed));
        Assert.Equal([0.5f, 0.02f, 0.5f, 0.02f, 0.5f, 0.02f, 0.5f, 0.02f], chunk.Actions.ToArray());
        Assert.Equal(["primary", "wrist"], chunk.Depth.Select(d => d.Camera));
        Assert.Equal(1_000_000, chunk.Timings[Stage.Denoise]);
        Assert.True(chunk.Timings[Stage.Total] > chunk.Timings[Stage.Queue] && chunk.Timings[Stage.Queue] > 0, "queue and total are the server's to fill in");
    }

    [Fact]
    public async Task Act_NewerArrivesWhileOneWaits_NewestWinsAndEveryOneIsAnsweredOnce()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        using var stream = await RawStream.OpenAsync(server);

        await stream.SendAsync(TestRobot.Observe(1));
        Assert.Equal(1, (await policy.EnteredAsync()).Sequence);
        foreach (var sequence in new[] { 2, 3, 4 }) await stream.SendAsync(TestRobot.Observe(sequence));
        Assert.Equal(new ObservationUnanswered(2, UnansweredResult.Superseded), await stream.NextEventAsync());
        Assert.Equal(new ObservationUnanswered(3, UnansweredResult.Superseded), await stream.NextEventAsync());

        policy.Release();
        Assert.Equal(1, Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk.BasedOnSequence);
        Assert.Equal(4, (await policy.EnteredAsync()).Sequence);
        policy.Release();
        Assert.Equal(4, Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk.BasedOnSequence);

        await stream.Call.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<EndOfStreamException>(stream.NextAsync);
    }

    [Fact]
    public async Task Act_Flood_EveryObservationIsAnsweredExactlyOnce()
    {
        const int Count = 120;                                                                   // fewer than a robot may send at once
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);

        var answered = new List<long>();
        var reading = Task.Run(async () =>
        {
            while (answered.Count < Count)
            {
                answered.Add(await stream.NextEventAsync() switch
                {
                    ChunkArrived(var chunk) => chunk.BasedOnSequence,
                    ObservationUnanswered outcome => outcome.BasedOnSequence,
                    var other => throw new InvalidOperationException($"{other}"),
                });
            }
        }, TestContext.Current.CancellationToken);
        for (var sequence = 1; sequence <= Count; sequence++)
        {
            var request = TestRobot.Request(stream.SessionId, TestRobot.Observe(sequence));
            if (sequence % 3 == 0) request.Observation.Proprioception[0] = double.NaN;
            await stream.SendRawAsync(request);
        }

        await reading.Soon();
        await stream.Call.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<EndOfStreamException>(stream.NextAsync);

        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), answered.Order());
    }

    [Fact]
    public async Task Act_ClientSaysNoMoreWhileOneIsUnderWay_StillAnswersIt()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        await using var session = await server.OpenAsync();
        await using var listener = new Listener(session);

        session.Post(TestRobot.Observe(1));
        await policy.EnteredAsync();
        await session.CompleteAsync().Soon();
        policy.Release();

        Assert.Equal(1, Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk.BasedOnSequence);
        Assert.True(await listener.EndsAsync());
    }

    [Fact]
    public async Task Act_BudgetSpentWhileWaiting_ExpiresAndTheLateChunkSaysSo()
    {
        var time = TestTime.Standing();
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy, time: time);
        using var stream = await RawStream.OpenAsync(server);

        await stream.SendAsync(TestRobot.Observe(1, budgetMs: 210));
        await policy.EnteredAsync();
        await stream.SendAsync(TestRobot.Observe(2, budgetMs: 210));
        await stream.SendAsync(TestRobot.Observe(3, budgetMs: 210));
        Assert.Equal(new ObservationUnanswered(2, UnansweredResult.Superseded), await stream.NextEventAsync()); // so 3 has arrived
        time.Advance(TimeSpan.FromMilliseconds(211));
        policy.Release();

        var late = Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk;
        Assert.Equal((1, true), (late.BasedOnSequence, late.BudgetMissed));
        Assert.Equal(new ObservationUnanswered(3, UnansweredResult.Expired), await stream.NextEventAsync());
    }

    [Theory]
    [InlineData(209, false)]
    [InlineData(210, true)]
    public async Task Act_AgeOnArrival_CountsAgainstTheBudget(long ageMs, bool expires)
    {
        var time = TestTime.Standing(); // stands still: only the age is spent
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: time);
        using var stream = await RawStream.OpenAsync(server);
        var request = TestRobot.Request(stream.SessionId, TestRobot.Observe(1, budgetMs: 210));
        request.Observation.AgeNs = ageMs * 1_000_000;

        await stream.SendRawAsync(request);

        Assert.Equal(expires, await stream.NextEventAsync() is ObservationUnanswered { Result: UnansweredResult.Expired });
    }

    [Fact]
    public async Task Act_MessageAboveTheLimit_ResourceExhausted()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), o => o with { MaxRequestBytes = 64 << 10 });
        using var stream = await RawStream.OpenAsync(server);
        var request = TestRobot.Request(stream.SessionId, TestRobot.Observe(1));
        request.Observation.Frames[1].Data = ByteString.CopyFrom(new byte[65 << 10]);

        await stream.SendRawAsync(request).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext); // refused before it has all arrived

        var end = await stream.EndAsync();
        Assert.Equal((StatusCode.ResourceExhausted, Reasons.MessageTooLarge), (end.StatusCode, PolicyErrors.Translate(end).Reason));
    }

    [Fact]
    public async Task Post_LargerThanTheServerReads_SaysSoBeforeItIsSent()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), o => o with { MaxRequestBytes = 64 << 10 });
        await using var session = await server.OpenAsync();
        var large = TestRobot.Observe(1);
        large = large with { Frames = large.Frames.SetItem(1, large.Frames[1] with { Data = new byte[65 << 10] }) };

        var refused = Assert.Throws<InvalidObservationException>(() => session.Post(large));

        Assert.Equal("frames", refused.Field);
    }

    private static Wire.Frame TakeFirst(Wire.Observation observation)
    {
        var first = observation.Frames[0];
        observation.Frames.RemoveAt(0);
        return first;
    }
}
