using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Messages;
using DepthVla.Robot.OpenPi.Remote;

namespace DepthVla.Robot.OpenPi.Tests.Remote;

public sealed class RobotMessagesTests
{
    private const long Period = 100_000_000;

    // Two joints about z, 0.3 m apart, the tool 0.2 m behind the second; and a gripper of 40 mm.
    private static readonly RobotDescription Arm = new()
    {
        Name = "planar",
        Joints = [new("shoulder", JointUnit.Radian, -3, 3, 1, 4), new("elbow", JointUnit.Radian, -3, 3, 1, 4), new("gripper", JointUnit.Metre, 0, 0.04, 0.1, 1, IsGripper: true)],
        Chain = [new(0, default, new(0, 0, 1)), new(1, new(0.3, 0, 0), new(0, 0, 1))],
        Tool = new(0.2, 0, 0), Workspace = new(new(-1, -1, -1), new(1, 1, 1)),
    };

    private static readonly Observation Seen = new()
    {
        Sequence = 7, CaptureTimeNs = 1_000_000_000, BudgetNs = Period, Instruction = "wave", Proprioception = JointVector.From([Math.PI / 2, 0, 0.03]),
        Frames = [new() { Camera = "primary", Encoding = ImageEncoding.Rgb8, Width = 2, Height = 1, Stride = 6, CaptureTimeNs = 1, Sequence = 1, Data = new byte[] { 1, 2, 3, 4, 5, 6 } }],
    };

    [Fact]
    public void Observation_EveryPartOfTheState_IsUnderItsKey()
    {
        var mapping = Mapping(ActionMeaning.JointPosition) with
        {
            State = [("state", [StatePart.ToolPose, StatePart.Gripper]), ("q", [StatePart.Arm]), ("all.joints", [StatePart.Joints])], StateGripper = new(Open: 0, Closed: 1),
        };
        var message = Messages(mapping).Observation(Seen);
        AssertNear([0, 0.5, 0, 0, 0, Math.PI / 2, 0.25], ((NdArray)message["state"]).ToDoubles());
        AssertNear([Math.PI / 2, 0], ((NdArray)message["q"]).ToDoubles());
        AssertNear([Math.PI / 2, 0, 0.25], ((NdArray)message["all.joints"]).ToDoubles());
        Assert.Equal("wave", message["prompt"]);
        var picture = (NdArray)message["image"];
        Assert.Equal("|u1 [1, 2, 3]", picture.Description);
        Assert.Equal([1, 2, 3, 4, 5, 6], picture.Data.ToArray());
    }

    [Fact]
    public void Observation_WithoutACamerasFrame_IsInvalid() =>
        Assert.Equal("frames[primary]", Assert.Throws<InvalidObservationException>(() => Messages(Mapping(ActionMeaning.JointPosition)).Observation(Seen with { Frames = [] })).Field);

    [Fact]
    public void Chunk_JointPositions_AreForCaptureOnAndTheGripperIsCut() => AssertChunk(
        Mapping(ActionMeaning.JointPosition) with { Gripper = new(Open: -1, Closed: 1) },
        [[0.1, 0.2, -1], [0.3, 0.4, 0], [0.5, 0.6, 1.3]], firstStep: 0, [[0.1, 0.2, 0.04], [0.3, 0.4, 0.02], [0.5, 0.6, 0]]);

    [Fact]
    public void Chunk_JointDeltas_StartWhereTheArmWasObserved() => AssertChunk(
        Mapping(ActionMeaning.JointDelta), [[0.1, -0.1, 0.01], [0.2, -0.2, 0.02]], firstStep: 0, [[(Math.PI / 2) + 0.1, -0.1, 0.01], [(Math.PI / 2) + 0.2, -0.2, 0.02]]);

    [Fact]
    public void Chunk_JointSteps_AddUpFromTheObservedOnes() => AssertChunk(
        Mapping(ActionMeaning.JointStep) with { Scale = [0.2] }, [[1, -1, 0.01], [1, 0, 0.02]], firstStep: 0,
        [[Math.PI / 2, 0, 0.03], [(Math.PI / 2) + 0.2, -0.2, 0.01], [(Math.PI / 2) + 0.4, -0.2, 0.02]]);

    [Fact]
    public void Chunk_ToolPoseDeltas_ArePassedOnScaled() => AssertChunk(
        Mapping(ActionMeaning.ToolPoseDelta) with { Scale = [0.5, 1, 1, 1, 1, 2] }, [[0.1, 0, 0, 0, 0, 0.1, 0.01]], firstStep: 1, [[0.05, 0, 0, 0, 0, 0.2, 0.01]]);

    /// <summary>A quarter turn about z and then one about x: together a third of a turn about (1, 1, 1) or the like, not their sum.</summary>
    [Fact]
    public void Chunk_ToolPoseSteps_AddUpAndTurnOneAfterTheOther()
    {
        const double Quarter = Math.PI / 2;
        var third = 2 * Math.PI / 3 / Math.Sqrt(3);
        AssertChunk(
            Mapping(ActionMeaning.ToolPoseStep), [[0.1, 0, 0, 0, 0, Quarter, 0.01], [0, 0.2, 0, Quarter, 0, 0, 0.02]], firstStep: 1,
            [[0.1, 0, 0, 0, 0, Quarter, 0.01], [0.1, 0.2, 0, third, -third, third, 0.02]]);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 3)]
    [InlineData(2, 4)]
    public void Chunk_OfAnotherShape_IsRefused(int steps, int dims)
    {
        var refused = Assert.Throws<InvalidMessageException>(() => Messages(Mapping(ActionMeaning.JointPosition)).Chunk(NdArray.Of(new float[steps * dims], steps, dims), Seen, "hash", default));
        Assert.Equal("actions", refused.Key);
    }

    /// <summary>They are left for the check that refuses chunks, which must not be got round by turning them into something finite.</summary>
    [Theory]
    [InlineData(ActionMeaning.JointPosition, 3)]
    [InlineData(ActionMeaning.JointStep, 3)]
    [InlineData(ActionMeaning.ToolPoseStep, 7)]
    public void Chunk_NumbersThatAreNone_StayNone(ActionMeaning meaning, int dims)
    {
        for (var number = 0; number < dims; number++)
        {
            var values = new float[dims];
            values[number] = float.NaN;
            var mapping = Mapping(meaning) with { Gripper = new(Open: -1, Closed: 1) };
            Assert.Contains(Messages(mapping).Chunk(NdArray.Of(values, 1, dims), Seen, "hash", default).Actions.ToArray(), float.IsNaN);
        }
    }

    [Fact]
    public void Differences_OfAMappingThatDoesNotFit_AreAllNamed()
    {
        var mapping = Mapping(ActionMeaning.ToolPoseStep) with { Images = ["a", "b"], Scale = [1, 2] };
        Assert.Equal(["images", "scale"], Messages(mapping).Differences().Select(difference => difference.Field));
        Assert.Empty(Messages(Mapping(ActionMeaning.ToolPoseStep)).Differences());
    }

    private static void AssertChunk(PolicyMapping mapping, double[][] actions, int firstStep, double[][] expected)
    {
        var chunk = Messages(mapping).Chunk(NdArray.Of([.. actions.SelectMany(step => step).Select(value => (float)value)], actions.Length, actions[0].Length), Seen, "hash", default);
        Assert.Equal((7L, Seen.CaptureTimeNs + (firstStep * Period), Period), (chunk.BasedOnSequence, chunk.FirstStepTimeNs, chunk.StepPeriodNs));
        Assert.Equal((expected.Length, expected[0].Length), (chunk.Steps, chunk.Dims));
        AssertNear([.. expected.SelectMany(step => step)], [.. chunk.Actions.ToArray().Select(value => (double)value)]);
    }

    private static void AssertNear(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-6, $"[{i}]: {actual[i]} instead of {expected[i]}");
    }

    private static RobotMessages Messages(PolicyMapping mapping) => new(mapping, Arm, ["primary"]);

    private static PolicyMapping Mapping(ActionMeaning meaning) => new()
    {
        Images = ["image"], State = [("state", [StatePart.Joints])], Prompt = "prompt", Actions = meaning, Steps = 4, StepRateHz = 10,
    };
}
