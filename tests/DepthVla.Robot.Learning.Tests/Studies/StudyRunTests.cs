using System.Text.Json.Nodes;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Studies;
using DepthVla.Robot.Learning.Tests.Training;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Studies;

/// <summary>A study of networks of a few thousand parameters that see a handful of pictures: everything is real but its size.</summary>
public sealed class StudyRunTests : IDisposable
{
    private const string Variants = """
        [
          { "name": "whole" },
          { "name": "hidden", "policy_of": "whole", "mask_depth": true },
          { "name": "without", "pretrained": ["vlm"], "training": { "losses": { "depth": 0 } },
            "model": { "network": { "depth_image_size": null, "depth_encoder": null, "depth_decoder": null, "depth_head": null } } },
          { "name": "without, as long", "pretrained": ["vlm"], "training": { "losses": { "depth": 0 } }, "time_of": "whole", "speed_of": "without",
            "model": { "network": { "depth_image_size": null, "depth_encoder": null, "depth_decoder": null, "depth_head": null } } },
          { "name": "frozen", "training": { "freeze": ["depth"] } },
          { "name": "told", "pretrained": [], "training": { "losses": { "depth": 0 } }, "model": { "policy": { "depth_input": "true_depth" } } }
        ]
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-study-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_ByTwoAtOnce_TrainsAndJudgesEveryVariantOnce()
    {
        WriteStudy(JsonNode.Parse(Variants)!.AsArray());
        DemonstrationRun.Generate(
            InFolder("data"), new DemonstrationPlan { SnapshotEpisodes = 3, Rollouts = 0, Scenes = [TabletopScene.Heights], Cameras = ["overview"] }, 1, (_, _, _) => { },
            TestContext.Current.CancellationToken);
        var (told, gate) = (new List<string>(), new Lock());
        void Tell(string line)
        {
            lock (gate) told.Add(line);
        }

        var stop = TestContext.Current.CancellationToken;
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => StudyRun.Run(InFolder("study.json"), InFolder("runs"), TorchDevice.Cpu, Tell, stop), stop)));

        Assert.All(both, one => Assert.True(one.Complete));
        var results = both[0].Results.ToDictionary(r => r.Variant);
        Assert.Equal(6, results.Count);
        Assert.All(results.Values, r => Assert.Equal(2, r.Outcomes.Length));
        Assert.All(results.Values, r => Assert.Equal(7, r.OpenLoop.Length));
        Assert.Equal(6, told.Count(line => line.EndsWith("judging", StringComparison.Ordinal)));
        Assert.Equal(7, told.Count(line => line.EndsWith("training", StringComparison.Ordinal)));       // two parts, and all but "hidden"
        Assert.Equal(results["whole"].ValidationFlow, results["hidden"].ValidationFlow);
        Assert.False(double.IsNaN(results["whole"].ValidationDepth));
        Assert.True(double.IsNaN(results["without"].ValidationDepth));
        Assert.True(results["without, as long"].Steps > 0);

        var page = StudyPage.Write(StudyRun.Read(InFolder("study.json")), "study.json", "{}", both[0].Results, complete: true);
        foreach (var name in results.Keys) Assert.Contains($"| {name} | 0.0 % ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not finished", page, StringComparison.Ordinal);

        // Elsewhere, with these results known, only what was made with other settings is done again.
        StudyResult.WriteAll(InFolder("results.json"), [.. both[0].Results.Select(r => r.Variant == "without" ? r with { Settings = "others" } : r)]);
        told.Clear();
        var again = StudyRun.Run(InFolder("study.json"), InFolder("elsewhere"), TorchDevice.Cpu, Tell, stop, StudyResult.ReadAll(InFolder("results.json")));
        Assert.True(again.Complete);
        Assert.Equal(["without, seed 1: judging"], told.Where(line => line.EndsWith("judging", StringComparison.Ordinal)));
        Assert.Contains("without, seed 1: the result known was made with other settings, and is not used", told);
        Assert.Equal(results["frozen"].Outcomes, again.Results.Single(r => r.Variant == "frozen").Outcomes);

        // What was begun with other settings is not gone on with.
        File.WriteAllText(InFolder("base.json"), File.ReadAllText(InFolder("base.json")).Replace("\"draws\": 1", "\"draws\": 2", StringComparison.Ordinal));
        var refused = Assert.Throws<FormatException>(() => StudyRun.Run(InFolder("study.json"), InFolder("runs"), TorchDevice.Cpu, Tell, stop));
        Assert.Contains("pretraining-vlm-1: expected a run with the study's settings", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BadStudy_NamesEveryProblem()
    {
        WriteStudy(JsonNode.Parse("""[{ "name": "a" }, { "name": "a" }, { "name": "b", "time_of": "a" }, { "name": "c", "policy_of": "d", "pretrained": ["wings"] }]""")!.AsArray(), study =>
        {
            (study["attempts"], study["seeds"]) = (0, new JsonArray());
            study["tasks"] = new JsonArray("fly");
        });
        var problem = Assert.Throws<FormatException>(() => StudyRun.Read(InFolder("study.json"))).Message;
        foreach (var expected in (string[])["variants: expected each name once", "seeds:", "attempts:", "got fly", "variants.b: expected time_of and speed_of together", "variants.c: expected a variant before it, got d", "variants.c.pretrained: expected vlm, depth, got wings"])
            Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_ResultsMissing_SaysSo()
    {
        WriteStudy(JsonNode.Parse(Variants)!.AsArray());
        var page = StudyPage.Write(StudyRun.Read(InFolder("study.json")), "study.json", "{}", [], complete: false);
        Assert.Contains("**Not finished:** 0 of 6 runs are done.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void MergePatch_AsTheStandardSays()
    {
        var target = JsonNode.Parse("""{ "a": { "b": 1, "c": 2 }, "d": [1, 2], "e": 3 }""")!.AsObject();
        var patched = MergePatch.Apply(target, JsonNode.Parse("""{ "a": { "b": null, "f": 4 }, "d": [3], "g": { "h": 5 } }""")!.AsObject());
        Assert.Equal("""{"a":{"c":2,"f":4},"d":[3],"e":3,"g":{"h":5}}""", patched.ToJsonString());
        Assert.Equal(1, target["a"]!["b"]!.GetValue<int>());
    }

    private string InFolder(string path) => Path.Combine(_folder.FullName, path);

    private void WriteStudy(JsonArray variants, Action<JsonObject>? change = null)
    {
        var model = JsonNode.Parse(SmallTraining.ModelText)!.AsObject();
        var (network, policy) = (model["network"]!, model["policy"]!);
        (network["state_dim"], network["action_dim"], network["action_horizon"], network["image_keys"]) = (8, 8, 8, new JsonArray("overview"));
        policy["joints"] = new JsonArray([.. ((string[])["waist", "shoulder", "elbow", "forearm_roll", "wrist_angle", "wrist_rotate", "gripper"])
            .Select(name => new JsonObject { ["name"] = name, ["unit"] = name == "gripper" ? "metre" : "radian" })]);
        (policy["actions"], policy["execute_steps"]) = ("tool_pose_delta", 4);
        policy["delta_mask"] = new JsonArray([.. Enumerable.Repeat(0, 7).Select(_ => (JsonNode)true)]);
        File.WriteAllText(InFolder("model.json"), model.ToJsonString());
        File.WriteAllText(InFolder("base.json"), """
            { "name": "base", "model": "model.json", "data": ["data"], "steps": 4, "batch": 2, "draws": 1, "validation_share": 0.3,
              "losses": { "flow": 1, "depth": 1, "pointer": 1, "dense": 1 }, "log_every": 2, "save_every": 2 }
            """);
        var study = new JsonObject
        {
            ["name"] = "small", ["question"] = "What for?", ["base"] = "base.json", ["seeds"] = new JsonArray(1), ["variants"] = variants,
            ["pretraining"] = JsonNode.Parse("""
                [{ "part": "vlm", "training": { "steps": 3, "losses": { "flow": 0, "depth": 0 } } }, { "part": "depth", "training": { "stage": "depth", "steps": 2 } }]
                """),
            ["tasks"] = new JsonArray("reach-red-at-height"), ["attempts"] = 2,
        };
        change?.Invoke(study);
        File.WriteAllText(InFolder("study.json"), study.ToJsonString());
    }
}
