using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Tests.Mapping;

public sealed class MalformedTests
{
    public static TheoryData<string, Action<Wire.Contract>> Contracts => new()
    {
        { "robot_id", c => c.RobotId = "a\nb" },
        { "robot_id", c => c.RobotId = new string('a', 129) },
        { "pinned_model_hash", c => c.PinnedModelHash = "\0" },
        { "pinned_normalization_hash", c => c.PinnedNormalizationHash = "\0" },
        { "control_rate_hz", c => c.ControlRateHz = double.NaN },
        { "observation_rate_hz", c => c.ObservationRateHz = double.PositiveInfinity },
        { "step_rate_hz", c => c.StepRateHz = double.NaN },
        { "actions", c => c.Actions.Clear() },
        { "actions", c => c.Actions[0] = Wire.ActionRepresentation.Unspecified },
        { "actions", c => c.Actions[0] = (Wire.ActionRepresentation)77 },
        { "actions", c => c.Actions.Add(c.Actions[0]) },
        { "actions", c => c.Actions.Add(Enumerable.Range(0, 1000).Select(i => (Wire.ActionRepresentation)i)) },
        { "cameras", c => c.Cameras.Add(Enumerable.Repeat(c.Cameras[0], 8)) },
        { "cameras[0].name", c => c.Cameras[0].Name = "" },
        { "cameras[0].encoding", c => c.Cameras[0].Encoding = Wire.ImageEncoding.Unspecified },
        { "joints", c => c.Joints.Add(Enumerable.Repeat(c.Joints[0], 16)) },
        { "joints[0].name", c => c.Joints[0].Name = " " },
        { "joints[0].unit", c => c.Joints[0].Unit = Wire.JointUnit.Unspecified },
        { "joints[0].min_position", c => c.Joints[0].MinPosition = double.NegativeInfinity },
        { "joints[0].max_position", c => c.Joints[0].MaxPosition = double.NaN },
        { "joints[0].max_velocity", c => c.Joints[0].MaxVelocity = 0 },
        { "joints[0].max_jerk", c => c.Joints[0].MaxJerk = -1 },
        { "joints[0].max_acceleration", c => c.Joints[0].MaxAcceleration = double.NaN },
    };

    public static TheoryData<string, Action<Wire.ModelInfo>> Models => new()
    {
        { "name", m => m.Name = "" },
        { "model_hash", m => m.ModelHash = "" },
        { "normalization_hash", m => m.NormalizationHash = "" },
        { "parameters", m => m.Parameters = -1 },
        { "precision", m => m.Precision = "" },
        { "device", m => m.Device = "" },
        { "cameras", m => m.Cameras.Clear() },
        { "cameras", m => m.Cameras[0] = "" },
        { "joints", m => m.Joints.Clear() },
        { "joints[0].name", m => m.Joints[0].Name = "" },
        { "joints[0].unit", m => m.Joints[0].Unit = Wire.JointUnit.Unspecified },
        { "horizon", m => m.Horizon = 0 },
        { "horizon", m => m.Horizon = uint.MaxValue },
        { "step_rate_hz", m => m.StepRateHz = 0 },
        { "actions", m => m.Actions = Wire.ActionRepresentation.Unspecified },
        { "dims", m => m.Dims = 0 },
        { "dims", m => m.Dims = 2 },
        { "dims", m => (m.Actions, m.Dims) = (Wire.ActionRepresentation.ToolPoseDelta, 5) },
        { "dims", m => (m.Actions, m.Dims) = (Wire.ActionRepresentation.ToolPoseDelta, 17) },
        { "execute_steps", m => m.ExecuteSteps = 0 },
        { "execute_steps", m => m.ExecuteSteps = 17 },
        { "continues", m => m.Continues = Wire.ContinuationMethod.Unspecified },
    };

    public static TheoryData<string, Action<Wire.Observation>> Observations => new()
    {
        { "sequence", o => o.Sequence = 0 },
        { "capture_time_ns", o => o.CaptureTimeNs = -1 },
        { "capture_time_ns", o => o.CaptureTimeNs = long.MaxValue },
        { "budget_ns", o => o.BudgetNs = 0 },
        { "budget_ns", o => o.BudgetNs = long.MaxValue },
        { "age_ns", o => o.AgeNs = -1 },
        { "frames", o => o.Frames.Clear() },
        { "frames", o => o.Frames.Add(Enumerable.Repeat(o.Frames[0], 8)) },
        { "frames[0].camera", o => o.Frames[0].Camera = "" },
        { "frames[0].encoding", o => o.Frames[0].Encoding = Wire.ImageEncoding.Unspecified },
        { "frames[0].width", o => o.Frames[0].Width = 0 },
        { "frames[0].height", o => o.Frames[0].Height = uint.MaxValue },
        { "frames[0].stride", o => o.Frames[0].Stride = 5 },
        { "frames[0].stride", o => o.Frames[0].Stride = uint.MaxValue },
        { "frames[0].stride", o => (o.Frames[0].Encoding, o.Frames[0].Stride) = (Wire.ImageEncoding.Jpeg, 6) },
        { "frames[0].rotation", o => o.Frames[0].Rotation = Wire.ImageRotation.Unspecified },
        { "frames[0].capture_time_ns", o => o.Frames[0].CaptureTimeNs = -1 },
        { "frames[0].sequence", o => o.Frames[0].Sequence = -1 },
        { "frames[0].data", o => o.Frames[0].Data = ByteString.Empty },
        { "proprioception", o => o.Proprioception.Clear() },
        { "proprioception", o => o.Proprioception[0] = double.NaN },
        { "proprioception", o => o.Proprioception.Add(Enumerable.Repeat(0.0, 16)) },
        { "instruction", o => o.Instruction = " " },
        { "executing.chunk_sequence", o => o.Executing.ChunkSequence = 0 },
        { "executing.step", o => o.Executing.Step = -1 },
        { "running.committed_steps", o => o.Running.CommittedSteps = uint.MaxValue },
        { "running.dims", o => o.Running.Dims = 0 },
        { "running.dims", o => o.Running.Dims = 17 },
        { "running.actions", o => o.Running.Actions.Add(3) },
        { "running.actions", o => o.Running.Actions[1] = float.NaN },
    };

    public static TheoryData<string, Action<Wire.ActionChunk>> Chunks => new()
    {
        { "based_on_sequence", c => c.BasedOnSequence = 0 },
        { "first_step_time_ns", c => c.FirstStepTimeNs = -1 },
        { "first_step_time_ns", c => c.FirstStepTimeNs = long.MaxValue },
        { "step_period_ns", c => c.StepPeriodNs = 0 },
        { "step_period_ns", c => c.StepPeriodNs = long.MaxValue },
        { "step_valid_ns", c => c.StepValidNs = 9 },
        { "not_after_ns", c => c.NotAfterNs++ },
        { "steps", c => c.Steps = 0 },
        { "steps", c => c.Steps = uint.MaxValue },
        { "dims", c => c.Dims = 17 },
        { "actions", c => c.Actions.RemoveAt(0) },
        { "actions", c => c.Actions[1] = float.NaN },
        { "model_hash", c => c.ModelHash = "" },
        { "timings", c => c.Timings.Add(Enumerable.Repeat(c.Timings[0], 9)) },
        { "timings[0].stage", c => c.Timings[0].Stage = Wire.Stage.Unspecified },
        { "timings[0].duration_ns", c => c.Timings[0].DurationNs = -1 },
        { "timings[1].stage", c => c.Timings.Add(c.Timings[0]) },
        { "depth_based_on_sequence", c => c.DepthBasedOnSequence = 0 },
        { "depth_based_on_sequence", c => c.DepthBasedOnSequence = c.BasedOnSequence },
        { "continued.method", c => c.Continued.Method = Wire.ContinuationMethod.Unspecified },
        { "continued.committed_steps", c => c.Continued.CommittedSteps = uint.MaxValue },
        { "depth", c => c.Depth.Add(Enumerable.Repeat(c.Depth[0], 8)) },
        { "depth[0].camera", c => c.Depth[0].Camera = "" },
        { "depth[0].width", c => c.Depth[0].Width = 0 },
        { "depth[0].height", c => c.Depth[0].Height = uint.MaxValue },
        { "depth[0].depth_m", c => c.Depth[0].DepthM.Clear() },
        { "depth[0].depth_m", c => c.Depth[0].DepthM[0] = float.PositiveInfinity },
    };

    public static TheoryData<string, Action<Wire.ActResponse>> Responses => new()
    {
        { "response", r => r.ClearResponse() },
        { "response", r => r.Accepted = new() },
        { "chunk.session_id", r => r.Chunk = new(Samples.Chunk()) { SessionId = "another" } },
        { "outcome.session_id", r => r.Outcome = new() { Result = Wire.ObservationOutcome.Types.Result.Expired } },
        { "outcome.result", r => r.Outcome = new() { SessionId = "session-1" } },
        { "draining.remaining_ns", r => r.Draining = new() { RemainingNs = -1 } },
    };

    [Theory, MemberData(nameof(Contracts), DisableDiscoveryEnumeration = true)]
    public void Contract_OneFieldBroken_IsNamed(string field, Action<Wire.Contract> breakIt) => AssertNamed(field, Samples.Contract(), breakIt, m => m.ToCore());

    [Theory, MemberData(nameof(Models), DisableDiscoveryEnumeration = true)]
    public void Model_OneFieldBroken_IsNamed(string field, Action<Wire.ModelInfo> breakIt) => AssertNamed(field, Samples.Model(), breakIt, m => m.ToCore());

    [Theory, MemberData(nameof(Observations), DisableDiscoveryEnumeration = true)]
    public void Observation_OneFieldBroken_IsNamed(string field, Action<Wire.Observation> breakIt) => AssertNamed(field, Samples.Observation(), breakIt, m => m.ToCore());

    [Theory, MemberData(nameof(Chunks), DisableDiscoveryEnumeration = true)]
    public void Chunk_OneFieldBroken_IsNamed(string field, Action<Wire.ActionChunk> breakIt) => AssertNamed(field, Samples.Chunk(), breakIt, m => m.ToCore());

    [Theory, MemberData(nameof(Responses), DisableDiscoveryEnumeration = true)]
    public void Response_OneFieldBroken_IsNamed(string field, Action<Wire.ActResponse> breakIt) =>
        AssertNamed(field, new Wire.ActResponse { Chunk = Samples.Chunk() }, breakIt, m => m.ToCore("session-1"));

    [Fact]
    public void Observation_ManyFieldsBroken_ListsAll()
    {
        var message = new Wire.Observation { Frames = { new Wire.Frame() } };
        var fields = Assert.Throws<MalformedMessageException>(() => message.ToCore()).Violations.Select(v => v.Field);
        Assert.Equal(["sequence", "budget_ns", "instruction", "proprioception"], fields);
    }

    [Fact]
    public void Samples_EveryField_IsSet()
    {
        // A field that is added to the protocol and forgotten in a mapping shows here.
        IMessage[] samples = [Samples.Contract(), Samples.Model(), Samples.Observation(), Samples.Chunk()];
        Assert.Empty(samples.SelectMany(Unset));
    }

    [Fact]
    public void ToCore_HostileText_IsShortenedInTheViolation()
    {
        var contract = Samples.Contract();
        contract.RobotId = new string('\u0007', 1_000_000);
        var violation = Assert.Single(Assert.Throws<MalformedMessageException>(() => contract.ToCore()).Violations);
        Assert.InRange(violation.Description.Length, 1, 200);
        Assert.DoesNotContain(violation.Description, char.IsControl);
    }

    private static void AssertNamed<T>(string field, T message, Action<T> breakIt, Func<T, object> toCore) where T : IMessage<T>
    {
        toCore(message.Clone());
        breakIt(message);
        Assert.Contains(field, Assert.Throws<MalformedMessageException>(() => toCore(message)).Violations.Select(v => v.Field));
    }

    private static IEnumerable<string> Unset(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (value is System.Collections.IList { Count: 0 } or null or 0 or 0u or 0L or 0UL or 0.0 or false or "" || (field.FieldType == FieldType.Enum && !field.IsRepeated && (int)value == 0))
            {
                yield return field.FullName;
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var inner in field.IsRepeated ? ((System.Collections.IList)value).Cast<IMessage>() : [(IMessage)value])
                {
                    foreach (var unset in Unset(inner)) yield return unset;
                }
            }
        }
    }
}
