using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Tests;

/// <summary>One valid message of each kind with every field set to something other than its default.</summary>
internal static class Samples
{
    private static readonly float[] Half = [0.5f];
    private static readonly float[] OneAndTwo = [1, 2];

    public static Wire.Contract Contract() => new RobotContract
    {
        RobotId = "robot-1",
        Cameras = [new("primary", 640, 480, ImageEncoding.Jpeg)],
        Joints = [new("waist", JointUnit.Radian, -3, 3, 1, 4, IsGripper: true, MaxJerk: 50)],
        ControlRateHz = 500, ObservationRateHz = 10, StepRateHz = 15, Actions = [ActionRepresentation.JointPosition],
        PinnedModelHash = "m1", PinnedNormalizationHash = "n1", Model = "pick",
    }.ToWire();

    public static Wire.ModelInfo Model() => new PolicyInfo
    {
        Name = "tiny", ModelHash = "m1", NormalizationHash = "n1", Parameters = 7, Trained = true, Precision = "bfloat16", Device = "cpu",
        Cameras = ["primary"], Joints = [new("waist", JointUnit.Radian)], Horizon = 16, StepRateHz = 15,
        Actions = ActionRepresentation.JointPosition, Dims = 1, ExecuteSteps = 8, Continues = ContinuationMethod.Guidance, HasDepth = true,
    }.ToWire();

    public static Wire.Observation Observation()
    {
        var message = new Observation
        {
            Sequence = 1, CaptureTimeNs = 5, BudgetNs = 210_000_000,
            Frames =
            [
                new()
                {
                    Camera = "primary", Encoding = ImageEncoding.Rgb8, Width = 2, Height = 1, Stride = 6, Rotation = ImageRotation.Half,
                    CaptureTimeNs = 5, Sequence = 3, Data = new byte[6],
                },
            ],
            Proprioception = JointVector.From([0.5]), Instruction = "put the spoon on the towel", Executing = new(1, 2), NoiseSeed = 9, WantDepth = true,
            Running = new(1, 2, OneAndTwo), Mode = Mode.Tracking, TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        }.ToWire("session-1");
        message.AgeNs = 3;
        return message;
    }

    public static Wire.ActionChunk Chunk() => new ActionChunk
    {
        BasedOnSequence = 2, DepthBasedOnSequence = 1, FirstStepTimeNs = 100, StepPeriodNs = 10, StepValidNs = 20, Steps = 2, Dims = 1, Actions = OneAndTwo,
        ModelHash = "m1", NoiseSeed = 9, Timings = new StageTimings { [Stage.Total] = 4 }, BudgetMissed = true, Continued = new(ContinuationMethod.Prefix, 1, Clamped: true),
        Depth = [new("primary", 1, 1, Half)],
    }.ToWire("session-1");
}
