using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

public sealed class PolicyTests
{
    private static readonly JointVector Mean = JointVector.From([1, 2, 3, 4, 5, 6, 7]);

    [Fact]
    public async Task Black_EveryPixelIsBlack_AndNothingElseIsTaken()
    {
        var (given, seen) = await AskAsync(PolicyControl.Black);
        Assert.All(seen.Frames, frame => Assert.Equal(-1, JpegCodec.Decode(frame.Data.Span).Pixels.IndexOfAnyExcept((byte)0)));
        Assert.Equal(given.Frames.Select(f => (f.Camera, f.Width, f.Height)), seen.Frames.Select(f => (f.Camera, f.Width, f.Height)));
        Assert.Equal((given.Proprioception, given.Instruction, given.NoiseSeed), (seen.Proprioception, seen.Instruction, seen.NoiseSeed));
    }

    [Fact]
    public async Task Swapped_EachCameraHasTheOthersPicture()
    {
        var (given, seen) = await AskAsync(PolicyControl.Swapped);
        Assert.Equal(["primary", "wrist"], seen.Frames.Select(frame => frame.Camera));
        Assert.Equal([given.Frames[1].Data, given.Frames[0].Data], seen.Frames.Select(frame => frame.Data));
    }

    [Fact]
    public async Task NoState_IsTheMean()
    {
        var (given, seen) = await AskAsync(PolicyControl.NoState);
        Assert.Equal(Mean, seen.Proprioception);
        Assert.Equal(given.Frames, seen.Frames);
    }

    [Fact]
    public void NoState_PolicyOfJointPositions_IsRefused()
    {
        var joints = new Listening(new HoldPolicy().Info with { Actions = ActionRepresentation.JointPosition });
        Assert.Throws<ArgumentException>(() => new DeprivedPolicy(joints, PolicyControl.NoState, Mean));
    }

    [Fact]
    public void WrongInstruction_IsAnotherOfTheSceneAboutOtherThings()
    {
        foreach (var task in TabletopTask.All)
        {
            for (var seed = 0; seed < 20; seed++)
            {
                var other = Assert.Single(task.Scene.Tasks, t => t.Instruction == WrongInstruction.For(task, seed));
                Assert.NotEqual(task.Object, other.Object);
                Assert.NotEqual(task.Object, other.Goal);
            }
        }
    }

    [Fact]
    public async Task Hold_SaysStayInEveryStep()
    {
        var chunk = await new HoldPolicy().InferAsync(Given(), TestContext.Current.CancellationToken);
        Assert.Equal(new float[48], chunk.Actions.ToArray().Where((_, i) => i % 7 != 6));
        Assert.All(chunk.Actions.ToArray().Where((_, i) => i % 7 == 6), gripper => Assert.Equal(0.036f, gripper));
    }

    private static async Task<(Observation Given, Observation Seen)> AskAsync(PolicyControl control)
    {
        var (listening, given) = (new Listening(new HoldPolicy().Info), Given());
        using var policy = new DeprivedPolicy(listening, control, Mean);
        await policy.InferAsync(given, TestContext.Current.CancellationToken);
        return (given, listening.Heard!);
    }

    private static Observation Given() => new()
    {
        Sequence = 1, CaptureTimeNs = 0, BudgetNs = 0, Proprioception = Wx250s.Home, Instruction = "touch the red block", NoiseSeed = 9,
        Frames = [Frame("primary", 10), Frame("wrist", 200)],
    };

    private static CameraFrame Frame(string camera, byte grey)
    {
        var pixels = new byte[3 * 32 * 16];
        Array.Fill(pixels, grey);
        var jpeg = JpegCodec.Encode(new(32, 16, pixels));
        return new() { Camera = camera, Encoding = ImageEncoding.Jpeg, Width = 32, Height = 16, CaptureTimeNs = 0, Sequence = 1, Data = jpeg };
    }

    private sealed class Listening(PolicyInfo info) : IPolicy
    {
        public Observation? Heard { get; private set; }

        public PolicyInfo Info => info;

        public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
        {
            Heard = observation;
            return new HoldPolicy().InferAsync(observation, cancellationToken);
        }
    }
}
