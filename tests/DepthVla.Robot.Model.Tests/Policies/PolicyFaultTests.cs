using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>Observations that <see cref="Model.Policies.DepthVlaPolicy"/> cannot answer: each error names its field and what is wrong.</summary>
public sealed class PolicyFaultTests : IDisposable
{
    private static readonly CameraFrame Primary = TinyObservation.Frame("primary", TinyObservation.Picture(1));
    private static readonly CameraFrame Wrist = TinyObservation.Frame("wrist", TinyObservation.Picture(2));
    private static readonly Observation Good = TinyObservation.Create(1, Primary, Wrist);

    private readonly TinyPolicy _policy = new();

    public static TheoryData<string, Observation, string, string> Faults => new()
    {
        { "unknown camera", Good with { Frames = [Primary, Wrist with { Camera = "ceiling" }] }, "frames[ceiling]", "primary, wrist" },
        { "camera twice", Good with { Frames = [Primary, Primary] }, "frames[primary]", "twice" },
        { "wrong order", Good with { Frames = [Wrist, Primary] }, "frames[primary]", "order" },
        { "no frame", Good with { Frames = [] }, "frames", "none came" },
        { "pixels missing", Good with { Frames = [Primary with { Data = Primary.Data[..^1] }, Wrist] }, "frames[primary]", "bytes" },
        { "not a JPEG", Good with { Frames = [Primary, Wrist with { Encoding = ImageEncoding.Jpeg }] }, "frames[wrist]", "JPEG" },
        { "no size", Good with { Frames = [Primary with { Width = 0 }, Wrist] }, "frames[primary]", "size" },
        { "six joints", Good with { Proprioception = JointVector.From(TinyObservation.Joints.AsSpan(0, 6)) }, "proprioception", "expected 7 numbers, one a joint, got 6" },
        { "eight joints", Good with { Proprioception = JointVector.From([.. TinyObservation.Joints, 0]) }, "proprioception", "got 8" },
        { "NaN", Good with { Proprioception = JointVector.From([0, 0, 0, double.NaN, 0, 0, 0]) }, "proprioception", "finite" },
        { "infinity", Good with { Proprioception = JointVector.From([0, 0, 0, 0, 0, 0, double.PositiveInfinity]) }, "proprioception", "finite" },
        { "beyond float32", Good with { Proprioception = JointVector.From([0, 0, 0, 1e39, 0, 0, 0]) }, "proprioception", "an arm can have" },
        { "63 letters", Good with { Instruction = new string('a', 63) }, "instruction", "it has 65 tokens, the model reads 64" },
    };

    public void Dispose() => _policy.Dispose();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task InferAsync_Fault_NamesTheFieldAndWhatIsWrong(string fault, Observation observation, string field, string says)
    {
        _ = fault;
        var error = await Assert.ThrowsAsync<InvalidObservationException>(() => _policy.Infer(observation));
        Assert.Equal(field, error.Field);
        Assert.StartsWith(field + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    /// <summary>62 letters, begin and newline are the 64 tokens that fit.</summary>
    [Fact]
    public async Task InferAsync_LongestInstruction_IsAnswered() => Assert.Equal(16, (await _policy.Infer(Good with { Instruction = new string('a', 62) })).Steps);

    [Fact]
    public async Task InferAsync_AfterAFault_AnswersAsBefore()
    {
        var before = await _policy.InferBits(Good);
        await Assert.ThrowsAsync<InvalidObservationException>(() => _policy.Infer(Good with { Frames = [] }));
        Assert.Equal(before, await _policy.InferBits(Good));
    }
}
