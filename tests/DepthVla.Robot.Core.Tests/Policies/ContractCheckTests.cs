using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Core.Tests.Policies;

public sealed class ContractCheckTests
{
    private static readonly PolicyInfo Policy = new()
    {
        Name = "tiny", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "bfloat16", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [new("waist", JointUnit.Radian), new("gripper", JointUnit.Metre)],
        Horizon = 16, StepRateHz = 15, Actions = ActionRepresentation.JointPosition, Dims = 2, HasDepth = true,
    };

    private static readonly RobotContract Fitting = new()
    {
        RobotId = "robot-1",
        Cameras = [new("primary", 224, 224, ImageEncoding.Jpeg), new("wrist", 224, 224, ImageEncoding.Rgb8)],
        Joints = [new("waist", JointUnit.Radian, -3, 3, 1, 4), new("gripper", JointUnit.Metre, 0, 0.04, 0.1, 1, IsGripper: true)],
        ControlRateHz = 500, ObservationRateHz = 10, StepRateHz = 15, Actions = [ActionRepresentation.JointPosition],
        PinnedModelHash = "m1", PinnedNormalizationHash = "n1",
    };

    private static PolicyInfo ToolPoses => Policy with { Actions = ActionRepresentation.ToolPoseDelta, Dims = 7 };

    [Fact]
    public void Differences_FittingContract_None() => Assert.Empty(ContractCheck.Differences(Fitting, Policy));

    [Fact]
    public void Differences_EverythingWrong_ListsEveryField()
    {
        var wrong = Fitting with
        {
            RobotId = " ",
            ProtocolVersion = 7,
            Cameras = [Fitting.Cameras[1], Fitting.Cameras[0] with { Width = 0 }, Fitting.Cameras[0]],
            Joints = [Fitting.Joints[0] with { Unit = JointUnit.Metre, MaxPosition = -4 }],
            ControlRateHz = 0, ObservationRateHz = double.NaN, StepRateHz = 14.9, PinnedModelHash = "m2", PinnedNormalizationHash = "n2",
        };

        var fields = ContractCheck.Differences(wrong, Policy).Select(d => d.Field).Order(StringComparer.Ordinal);

        Assert.Equal(
            ["cameras", "cameras[0].name", "cameras[1].name", "cameras[1].width", "control_rate_hz", "joints", "joints[0].limits", "joints[0].unit",
             "observation_rate_hz", "pinned_model_hash", "pinned_normalization_hash", "protocol_version", "robot_id", "step_rate_hz"],
            fields);
    }

    [Fact]
    public void Differences_RepresentationNotOffered_NamesWhatIsAndWhatTheRobotOffers()
    {
        var difference = Assert.Single(ContractCheck.Differences(Fitting, ToolPoses));
        Assert.Equal(("actions", "ToolPoseDelta", "JointPosition"), (difference.Field, difference.Expected, difference.Actual));
        Assert.NotEmpty(difference.Remedy);
    }

    [Fact]
    public void Differences_RepresentationAmongThoseOffered_None()
    {
        var both = Fitting with { Actions = [ActionRepresentation.JointPosition, ActionRepresentation.ToolPoseDelta] };
        Assert.Empty(ContractCheck.Differences(both, Policy));
        Assert.Empty(ContractCheck.Differences(both, ToolPoses));
    }

    [Fact]
    public void Differences_ToolPosesOfMoreGrippersThanTheArmHas_AreNamed()
    {
        var both = Fitting with { Actions = [ActionRepresentation.ToolPoseDelta] };
        var difference = Assert.Single(ContractCheck.Differences(both, ToolPoses with { Dims = 8 }));
        Assert.Equal(("joints.is_gripper", "2 gripper(s)", "1"), (difference.Field, difference.Expected, difference.Actual));
    }

    [Fact]
    public void Differences_NothingOffered_SaysSo() =>
        Assert.Equal("nothing", Assert.Single(ContractCheck.Differences(Fitting with { Actions = [] }, Policy)).Actual);

    [Fact]
    public void Differences_NoPins_AcceptsAnyHash() =>
        Assert.Empty(ContractCheck.Differences(Fitting with { PinnedModelHash = null, PinnedNormalizationHash = "" }, Policy));
}
