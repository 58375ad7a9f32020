using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.Server.OpenPi;

/// <summary>What an openpi client is told.</summary>
internal static class ClientMessages
{
    /// <summary>On connecting: the policy, and under which keys it looks.</summary>
    public static Dictionary<string, object> Metadata(PolicyInfo policy, ObservationKeys keys) => new()
    {
        ["name"] = policy.Name,
        ["model_hash"] = policy.ModelHash,
        ["actions"] = policy.Actions == ActionRepresentation.ToolPoseDelta ? "tool_pose_delta" : "joint_position",
        ["action_horizon"] = policy.Horizon,
        ["action_dim"] = policy.Dims,
        ["step_rate_hz"] = policy.StepRateHz,
        ["cameras"] = policy.Cameras.ToArray(),
        ["joints"] = policy.Joints.Select(joint => joint.Name).ToArray(),
        ["keys"] = (string[])[.. keys.Images.Take(policy.Cameras.Length), .. keys.State, keys.Prompt],
    };

    /// <summary>The actions, in the representation's physical units.</summary>
    /// <param name="chunk">The answer.</param>
    /// <param name="previousMs">From the request before to its answer's being sent; null before there was one.</param>
    public static Dictionary<string, object> Answer(ActionChunk chunk, double? previousMs)
    {
        var answer = new Dictionary<string, object>
        {
            ["actions"] = NdArray.Of(chunk.Actions.Span, chunk.Steps, chunk.Dims),
            [ObservationReader.SeedKey] = chunk.NoiseSeed,
            ["model_hash"] = chunk.ModelHash,
            ["policy_timing.infer_ms"] = (chunk.Timings[Stage.Total] - chunk.Timings[Stage.Queue]) / 1e6,
            ["server_timing.infer_ms"] = chunk.Timings[Stage.Total] / 1e6, // waiting for others counts: so it does in openpi's server
        };
        if (previousMs is { } previous) answer["server_timing.prev_total_ms"] = previous;
        return answer;
    }
}
