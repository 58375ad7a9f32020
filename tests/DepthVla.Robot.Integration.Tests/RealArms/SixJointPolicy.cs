using System.Text.Json.Nodes;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.RealArms;

/// <summary>Random weights for the joints of a Universal Robots arm, which has no gripper.</summary>
internal static class SixJointPolicy
{
    private static readonly string[] Joints = ["shoulder_pan", "shoulder_lift", "elbow", "wrist_1", "wrist_2", "wrist_3"];

    public static async Task<PolicyServer> StartAsync(string folder)
    {
        var config = Preset("depthvla-tiny-joints.json");
        config["policy"]!["joints"] = new JsonArray([.. Joints.Select(name => new JsonObject { ["name"] = name, ["unit"] = "radian" })]);
        config["policy"]!["delta_mask"] = new JsonArray([.. Joints.Select(_ => JsonValue.Create(true))]);
        var stats = Preset("wx250s.norm_stats.json");
        foreach (var (_, numbers) in stats["norm_stats"]!.AsObject())
        {
            foreach (var (_, list) in numbers!.AsObject()) list!.AsArray().RemoveAt(Joints.Length);
        }

        return await PolicyServer.StartUntrainedAsync(folder, "--config", Write("config.json", config), "--norm-stats", Write("norm_stats.json", stats));

        string Write(string name, JsonNode json)
        {
            var file = Path.Combine(folder, name);
            File.WriteAllText(file, json.ToJsonString());
            return file;
        }
    }

    private static JsonNode Preset(string name) => JsonNode.Parse(File.ReadAllText(Places.Source("DepthVla.Robot.Model", "Configuration", "Presets", name)))!;
}
