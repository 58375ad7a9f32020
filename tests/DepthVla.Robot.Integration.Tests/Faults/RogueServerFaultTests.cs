using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>A server that sends what it should not: nothing of it moves the arm, which stands in time, and goes on with the next sound chunk.</summary>
public sealed class RogueServerFaultTests : ProgramTest
{
    // What may be wrong with a chunk that is one; the session goes on.
    private static readonly (string Name, Func<Wire.ActionChunk, Wire.ActionChunk, Wire.ActionChunk> Spoil)[] Refused =
    [
        ("an answer to nothing", (chunk, _) => With(chunk, c => c.BasedOnSequence += 1_000_000)),
        ("a replay", (_, earlier) => earlier),
        ("a replay under a new number", (chunk, earlier) => With(earlier, c => c.BasedOnSequence = chunk.BasedOnSequence)),
        ("from the future", (chunk, _) => Moved(chunk, 3_600_000_000_000)),
        ("from the past", (chunk, _) => Moved(chunk, -3_000_000_000)),
        ("good for ever", (chunk, _) => Timed(chunk, c => c.StepValidNs = 3_600_000_000_000)),
        ("steps of a microsecond", (chunk, _) => Timed(chunk, c => c.StepPeriodNs = 1000)),
        ("six joints", (chunk, _) => With(chunk, c => { c.Dims = 6; Shorten(c, 8 * 6); })),
    ];

    // What is no chunk at all; the session ends.
    private static readonly (string Name, Func<Wire.ActResponse, Wire.ActResponse> Spoil)[] Malformed =
    [
        ("NaN", sound => With(sound, c => c.Actions[3] = float.NaN)),
        ("infinity", sound => With(sound, c => c.Actions[0] = float.NegativeInfinity)),
        ("too short", sound => With(sound, c => Shorten(c, c.Actions.Count - 1))),
        ("too long", sound => With(sound, c => c.Actions.Add(1))),
        ("no steps", sound => With(sound, c => c.Steps = 0)),
        ("too many steps", sound => With(sound, c => c.Steps = uint.MaxValue)),
        ("time runs backwards", sound => With(sound, c => c.StepPeriodNs = -c.StepPeriodNs)),
        ("times that disagree", sound => With(sound, c => c.NotAfterNs++)),
        ("another session", sound => With(sound, c => c.SessionId = "another")),
        ("nothing", _ => new()),
        ("accepted again", _ => new() { Accepted = new() { SessionId = "1" } }),
    ];

    private static readonly (string Name, Action<Wire.SessionAccepted> Spoil)[] Unfit =
    [
        ("joints in another order", accepted => (accepted.Model.Joints[0], accepted.Model.Joints[1]) = (accepted.Model.Joints[1], accepted.Model.Joints[0])),
        ("cameras in another order", accepted => (accepted.Model.Cameras[0], accepted.Model.Cameras[1]) = (accepted.Model.Cameras[1], accepted.Model.Cameras[0])),
        ("another unit", accepted => accepted.Model.Joints[6].Unit = Wire.JointUnit.Radian),
        ("another rate", accepted => accepted.Model.StepRateHz = 50),
        ("no model", accepted => accepted.Model = null),
        ("no name", accepted => accepted.SessionId = ""),
        ("no promise", accepted => accepted.PromisedRateHz = double.NaN),
    ];

    [Fact]
    public Task Act_ChunksThatMayNotBecomePlans_ArmStandsInTimeAndResumes()
    {
        Wire.ActionChunk? earlier = null;
        var turn = 0;
        return StandsWhileAsync((server, on) => server.Spoil = !on ? null : sound =>
        {
            earlier ??= sound.Chunk;
            return turn++ == 0 ? [sound] : [new() { Chunk = Refused[turn % Refused.Length].Spoil(sound.Chunk, earlier) }];
        }, () => Assert.True(turn > Refused.Length, $"{turn} chunks were sent: not each kind of them"), loses: false);
    }

    [Fact]
    public Task Act_ResponsesThatMeanNothing_ArmStandsInTimeAndResumes()
    {
        var turn = 0;
        return StandsWhileAsync(
            (server, on) => server.Spoil = !on ? null : sound => [Malformed[turn++ % Malformed.Length].Spoil(sound)],
            () => Assert.True(turn >= Malformed.Length, $"{turn} responses were sent: not each kind of them"), loses: true, seconds: 12);
    }

    [Fact]
    public Task Act_ContractAcceptedThatDoesNotFit_ArmStandsInTimeAndResumes()
    {
        var turn = 0;
        return StandsWhileAsync((server, on) =>
        {
            server.Spoil = !on ? null : _ => [new()]; // ends the session
            server.Accept = accepted =>
            {
                if (on) Unfit[turn++ % Unfit.Length].Spoil(accepted);
                return accepted;
            };
        }, () => Assert.True(turn >= Unfit.Length, $"{turn} sessions were offered: not each kind of them"), loses: true, seconds: 8);
    }

    [Fact]
    public async Task Act_AnswersOutOfOrder_TheOlderIsRefusedAndTheArmGoesOn()
    {
        await using var server = await RogueServer.StartAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address);
        await daemon.FollowsAsync();
        Wire.ActResponse? kept = null;
        server.Spoil = sound =>
        {
            var older = kept;
            kept = older is null ? sound : null;
            return older is null ? [] : [sound, older];
        };
        await daemon.LineAsync("the newer plan stays");
        await daemon.FollowsOnAsync();

        var summary = await StopAsync(daemon);
        AssertStoppedOnlyAtTheEnd(summary);
        Assert.Equal(1, summary.GetProperty("sessions").GetInt32());
        Assert.True(summary.GetProperty("chunks_refused").GetInt64() > 0);
    }

    [Fact]
    public Task Act_DepthThatCannotBe_ArmStandsInTimeAndResumes()
    {
        var (turn, none) = (0, Array.Empty<float>());
        return StandsWhileAsync((server, on) => server.Spoil = sound =>
        {
            float[] metres = !on ? [0.3f, 0.4f, 0.5f, 0.6f] : (turn++ % 4) switch { 0 => [0, 0, 0, 0], 1 => [0.5f, 0.5f, 0.5f, 0.5f], 2 => [25, 0.4f, 0.5f, 0.6f], _ => none };
            return [With(sound, c => { if (metres.Length > 0) c.Depth.Add(new Wire.DepthMap { Camera = "primary", Width = 2, Height = 2, DepthM = { metres } }); })];
        }, () => Assert.True(turn >= 4, $"{turn} chunks were sent: not each kind of them"), loses: false, arguments: "--depth-checks");
    }

    // Mode, time and way to a standstill are read off the daemon and its physics log.
    private async Task StandsWhileAsync(Action<RogueServer, bool> spoil, Action tried, bool loses, double seconds = 4, params string[] arguments)
    {
        await using var server = await RogueServer.StartAsync();
        spoil(server, false);
        await using var daemon = RobotDaemon.Start(Folder, server.Address, arguments);
        await daemon.FollowsAsync();
        spoil(server, true);
        var lostNs = MonotonicClock.System.NowNs;
        await daemon.ComesIntoAsync("holding");
        Assert.Equal("plan_expired", (await daemon.StatusAsync()).GetProperty("because").GetString());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
        tried();
        Assert.Equal("holding", (await daemon.StatusAsync()).GetProperty("mode").GetString());
        var backNs = MonotonicClock.System.NowNs;
        spoil(server, false);
        await daemon.FollowsOnAsync();

        var summary = await StopAsync(daemon);
        AssertStoodBetween(daemon.Physics(), summary, lostNs, backNs);
        AssertStoppedOnlyAtTheEnd(summary);
        Assert.Equal(loses, summary.GetProperty("sessions").GetInt32() > 1);
    }

    private static Wire.ActResponse With(Wire.ActResponse response, Action<Wire.ActionChunk> change) => new() { Chunk = With(response.Chunk, change) };

    private static Wire.ActionChunk With(Wire.ActionChunk chunk, Action<Wire.ActionChunk> change)
    {
        var changed = chunk.Clone();
        change(changed);
        return changed;
    }

    private static Wire.ActionChunk Moved(Wire.ActionChunk chunk, long byNs) => Timed(chunk, c => c.FirstStepTimeNs = Math.Max(0, c.FirstStepTimeNs + byNs));

    // Times that agree with one another, or the mapping would refuse them before the plan's rules do.
    private static Wire.ActionChunk Timed(Wire.ActionChunk chunk, Action<Wire.ActionChunk> change) => With(chunk, c =>
    {
        change(c);
        c.NotAfterNs = c.FirstStepTimeNs + ((c.Steps - 1) * c.StepPeriodNs) + c.StepValidNs;
    });

    private static void Shorten(Wire.ActionChunk chunk, int count)
    {
        while (chunk.Actions.Count > count) chunk.Actions.RemoveAt(chunk.Actions.Count - 1);
    }
}
