using System.Collections.Immutable;

namespace DepthVla.Robot.OpenPi.Mapping;

/// <summary>Under which keys an observation's parts stand in a message. A key within a dictionary is written with a dot: <c>images.cam_high</c>.</summary>
/// <param name="Images">One a camera, in the policy's order.</param>
/// <param name="State">Arrays whose numbers, one array after the other, are the joints' positions in the policy's order, rad or m.</param>
/// <param name="Prompt">What to do, in plain words.</param>
public sealed record ObservationKeys(ImmutableArray<string> Images, ImmutableArray<string> State, string Prompt)
{
    /// <summary>What openpi's examples send, by the name of the robot or benchmark.</summary>
    public static IReadOnlyDictionary<string, ObservationKeys> Known { get; } = new Dictionary<string, ObservationKeys>
    {
        ["libero"] = new(["observation/image", "observation/wrist_image"], ["observation/state"], "prompt"),
        ["droid"] = new(["observation/exterior_image_1_left", "observation/wrist_image_left"], ["observation/joint_position", "observation/gripper_position"], "prompt"),
        ["aloha"] = new(["images.cam_high", "images.cam_left_wrist", "images.cam_right_wrist", "images.cam_low"], ["state"], "prompt"),
    };
}
