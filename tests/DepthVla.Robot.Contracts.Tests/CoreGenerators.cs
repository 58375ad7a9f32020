using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Fluent;

namespace DepthVla.Robot.Contracts.Tests;

/// <summary>Draws Core values that may be sent: every field varies, all of them valid.</summary>
public static class CoreGenerators
{
    private static readonly Gen<long> Time = ArbMap.Default.GeneratorFor<long>().Select(v => (v & long.MaxValue) >> 2);
    private static readonly Gen<long> Duration = ArbMap.Default.GeneratorFor<uint>().Select(v => 1 + (long)v);
    private static readonly Gen<double> Real = ArbMap.Default.GeneratorFor<NormalFloat>().Select(f => f.Get);
    private static readonly Gen<double> Positive = Real.Select(v => Math.Abs(v) + 1e-3).Where(double.IsFinite);
    private static readonly Gen<bool> Flag = ArbMap.Default.GeneratorFor<bool>();
    private static readonly Gen<string> Name = Gen.Elements("waist", "primary", "wrist", "グリッパー", "a-b_c.d/1", new string('x', 128));

    public static Arbitrary<RobotContract> Contracts() => (
        from id in Name
        from version in Gen.Choose(0, int.MaxValue)
        from cameras in Camera.ListOf()
        from joints in Joint.ListOf()
        from rates in Gen.Three(Positive)
        from pins in Gen.Two(Gen.OrNull(Name))
        from model in Gen.OrNull(Name)
        from actions in Gen.Shuffle(System.Enum.GetValues<ActionRepresentation>()).Select(all => all.Take(1 + all.Length / 2))
        select new RobotContract
        {
            RobotId = id, ProtocolVersion = version, Cameras = [.. cameras.Take(8)], Joints = [.. joints.Take(16)],
            ControlRateHz = rates.Item1, ObservationRateHz = rates.Item2, StepRateHz = rates.Item3,
            Actions = [.. actions], PinnedModelHash = pins.Item1, PinnedNormalizationHash = pins.Item2, Model = model,
        }).ToArbitrary();

    public static Arbitrary<PolicyInfo> Policies() => (
        from names in Name.ArrayOf(5)
        from parameters in Time
        from flags in Gen.Two(Flag)
        from cameras in Name.NonEmptyListOf()
        from joints in Gen.Zip(Name, Enum<JointUnit>()).Select(j => new PolicyJoint(j.Item1, j.Item2)).NonEmptyListOf()
        from horizon in Gen.Choose(1, 4096)
        from rate in Positive
        from actions in Enum<ActionRepresentation>()
        from grippers in Gen.Choose(0, 10)
        from execute in ArbMap.Default.GeneratorFor<byte?>()
        from continues in Enum<ContinuationMethod>()
        select new PolicyInfo
        {
            Name = names[0], ModelHash = names[1], NormalizationHash = names[2], Precision = names[3], Device = names[4],
            Parameters = parameters, Trained = flags.Item1, HasDepth = flags.Item2, Cameras = [.. cameras.Take(8)], Joints = [.. joints.Take(16)],
            Horizon = horizon, StepRateHz = rate, Actions = actions, Dims = actions.Dims(Math.Min(joints.Count, 16), grippers),
            ExecuteSteps = execute is { } steps ? 1 + steps % horizon : null, Continues = continues,
        }).ToArbitrary();

    public static Arbitrary<Observation> Observations() => (
        from sequence in Duration
        from time in Time
        from budget in Duration
        from frames in Frame.NonEmptyListOf()
        from joints in Real.NonEmptyListOf()
        from instruction in ArbMap.Default.GeneratorFor<NonWhiteSpaceString>()
        from step in Gen.Choose(0, 1000)
        from executing in Flag
        from seed in ArbMap.Default.GeneratorFor<ulong?>()
        from depth in Flag
        from running in Gen.OrNull(Running)
        from mode in ArbMap.Default.GeneratorFor<Mode?>()
        from traced in Flag
        select new Observation
        {
            Sequence = sequence, CaptureTimeNs = time, BudgetNs = budget, Frames = [.. frames.Take(8)],
            Proprioception = JointVector.From([.. joints.Take(16)]), Instruction = WellFormed(instruction.Get),
            Executing = executing ? new ExecutingStep(sequence, step) : null, NoiseSeed = seed, WantDepth = depth, Running = running,
            Mode = mode, TraceParent = traced ? "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" : null,
        }).ToArbitrary();

    public static Arbitrary<ActionChunk> Chunks() => (
        from sequence in Duration
        from time in Time
        from period in Duration
        from margin in Duration
        from steps in Gen.Choose(1, 20)
        from dims in Gen.Choose(1, 16)
        from actions in Real.Select(v => (float)v).Where(float.IsFinite).ArrayOf(steps * dims)
        from hash in Name
        from seed in ArbMap.Default.GeneratorFor<ulong>()
        from timings in Gen.OneOf(Gen.Constant(0L), Duration).ArrayOf(StageTimings.Count)
        from missed in Flag
        from depth in Depth.ListOf()
        from method in Enum<ContinuationMethod>()
        from committed in Gen.Choose(0, 4096)
        from continued in Gen.Two(Flag)
        from earlier in Gen.Choose(0, 100)
        select new ActionChunk
        {
            BasedOnSequence = sequence, FirstStepTimeNs = time, StepPeriodNs = period, StepValidNs = period + margin, Steps = steps, Dims = dims,
            Actions = actions, ModelHash = hash, NoiseSeed = seed, Timings = Timings(timings), BudgetMissed = missed, Depth = [.. depth.Take(8)],
            Continued = continued.Item1 ? new Continued(method, committed, continued.Item2) : null,
            DepthBasedOnSequence = earlier > 0 && earlier < sequence ? earlier : null,
        }).ToArbitrary();

    public static Arbitrary<SessionEvent> Events() => Gen.OneOf(
        Chunks().Generator.Select(SessionEvent (chunk) => new ChunkArrived(chunk)),
        from sequence in ArbMap.Default.GeneratorFor<long>()
        from result in Enum<UnansweredResult>()
        from text in Gen.Two(Name)
        select (SessionEvent)new ObservationUnanswered(sequence, result, text.Item1, text.Item2),
        Duration.Select(SessionEvent (ns) => new ServerDraining(ns))).ToArbitrary();

    private static Gen<CameraSpec> Camera =>
        from name in Name
        from size in Gen.Two(Gen.Choose(0, int.MaxValue))
        from encoding in Enum<ImageEncoding>()
        select new CameraSpec(name, size.Item1, size.Item2, encoding);

    private static Gen<JointSpec> Joint =>
        from name in Name
        from unit in Enum<JointUnit>()
        from range in Gen.Two(Real)
        from limits in Gen.Two(Positive)
        from gripper in Flag
        from jerk in Gen.OneOf(Positive, Gen.Constant(double.PositiveInfinity))
        select new JointSpec(name, unit, range.Item1, range.Item2, limits.Item1, limits.Item2, gripper, jerk);

    private static Gen<CameraFrame> Frame =>
        from name in Name
        from encoding in Enum<ImageEncoding>()
        from width in Gen.Choose(1, 8192)
        from height in Gen.Choose(1, 8192)
        from padding in Gen.Choose(0, 64)
        from rotation in Enum<ImageRotation>()
        from time in Time
        from sequence in Time
        from data in ArbMap.Default.GeneratorFor<NonEmptyArray<byte>>()
        select new CameraFrame
        {
            Camera = name, Encoding = encoding, Width = width, Height = height, Stride = encoding == ImageEncoding.Rgb8 ? 3 * width + padding : 0,
            Rotation = rotation, CaptureTimeNs = time, Sequence = sequence, Data = data.Get,
        };

    private static Gen<RunningPlan> Running =>
        from committed in Gen.Choose(0, 4096)
        from steps in Gen.Choose(0, 20)
        from dims in Gen.Choose(1, 16)
        from actions in Real.Select(v => (float)v).Where(float.IsFinite).ArrayOf(steps * dims)
        select new RunningPlan(committed, dims, actions);

    private static Gen<DepthMap> Depth =>
        from name in Name
        from width in Gen.Choose(1, 5)
        from height in Gen.Choose(1, 5)
        from metres in Gen.Choose(0, 1000).Select(mm => mm / 1000f).ArrayOf(width * height)
        select new DepthMap(name, width, height, metres);

    private static Gen<T> Enum<T>() where T : struct, Enum => Gen.Elements(System.Enum.GetValues<T>());

    private static StageTimings Timings(long[] ns)
    {
        var timings = default(StageTimings);
        for (var i = 0; i < ns.Length; i++) timings[(Stage)i] = ns[i];
        return timings;
    }

    // A lone surrogate is no UTF-8, so it cannot be sent.
    private static string WellFormed(string text) => string.Concat("do ", string.Concat(text.Where(c => !char.IsSurrogate(c))));
}
