using System.Text.Json.Nodes;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Training;

public sealed class TrainingRunTests
{
    [Fact]
    public void Run_ToItsEnd_LeavesAPolicyThatLoads()
    {
        using var small = new SmallTraining();
        var folder = small.Run("run");

        using var policy = DepthVlaPolicy.Load(folder!, TorchDevice.Cpu);
        Assert.True(policy.Info.Trained);
        using var checkpoint = Checkpoint.Open(folder!);
        Assert.Equal(3 * SmallTraining.Joints, checkpoint.Stats.Stats.Actions.Mean.Length);
        Assert.DoesNotContain(Names(checkpoint), n => n.StartsWith("training.", StringComparison.Ordinal));
    }

    /// <summary>Saving may have failed at the very end: a run that has made all its steps is not trained before its checkpoint is there.</summary>
    [Fact]
    public void Run_AtItsEndWithoutACheckpoint_WritesIt()
    {
        using var small = new SmallTraining();
        var folder = small.Run("run")!;
        var hash = Hash(folder);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(hash, Hash(small.Run("run")!));

        static string Hash(string checkpoint)
        {
            using var opened = Checkpoint.Open(checkpoint);
            return opened.Hash;
        }
    }

    [Fact]
    public void Config_WithABase_SaysOnlyWhatIsDifferent()
    {
        using var small = new SmallTraining();
        void Write(string file, string json) => File.WriteAllText(small.InFolder(file), json);
        Write("longer.json", """{ "base": "train.json", "steps": 20, "optimizer": { "warm_up_steps": 5 }, "model_changes": { "network": { "num_steps": 5, "rope_theta": 500 } } }""");
        Write("longest.json", """{ "base": "longer.json", "steps": 30, "model_changes": { "name": "changed", "network": { "num_steps": 7, "depth_head": null } } }""");
        var config = TrainingConfigFile.Read(small.InFolder("longest.json"));
        Assert.Equal((30, 5, 0.003, 3), (config.Steps, config.Optimizer.WarmUpSteps, config.Optimizer.LearningRate, config.Seed));
        var model = TrainingConfigFile.Model(config, small.InFolder(""));
        Assert.Equal(("changed", 7, 500), (model.Name, model.Network.NumSteps, model.Network.RopeTheta));
        Assert.Null(model.Network.DepthHead);
        Assert.NotNull(model.Network.DepthDecoder);

        Write("endless.json", """{ "base": "endless.json" }""");
        Assert.Contains("does one build on itself?", Assert.Throws<FormatException>(() => TrainingConfigFile.Read(small.InFolder("endless.json"))).Message, StringComparison.Ordinal);
        Write("elsewhere.json", """{ "base": "../train.json" }""");
        Assert.Contains("expected a file in the same folder", Assert.Throws<FormatException>(() => TrainingConfigFile.Read(small.InFolder("elsewhere.json"))).Message, StringComparison.Ordinal);
        Write("number.json", """{ "base": 3 }""");
        Assert.Contains("base: expected a file's name, got 3", Assert.Throws<FormatException>(() => TrainingConfigFile.Read(small.InFolder("number.json"))).Message, StringComparison.Ordinal);
    }

    /// <summary>The same command, data and server for the policy that is compared with.</summary>
    [Fact]
    public async Task Run_DiffusionPolicy_GivesAPolicyThatAnswers()
    {
        using var small = new SmallTraining(change: c => c["losses"] = new JsonObject { ["depth"] = 0 }, changeModel: m =>
        {
            var network = m["network"]!.AsObject();
            foreach (var part in (string[])["action_expert", "depth_encoder", "depth_decoder", "depth_head", "depth_image_size"]) network.Remove(part);
            network["action_horizon"] = 4;
            network["u_net"] = JsonNode.Parse("""{ "channels": [8, 16], "kernel": 3, "groups": 4, "keypoints": 4, "step_width": 8, "noise_levels": 20 }""");
        });
        using var policy = DepthVlaPolicy.Load(small.Run("run")!, TorchDevice.Cpu);
        var observation = new Observation
        {
            Sequence = 1, CaptureTimeNs = 0, BudgetNs = 1, Proprioception = JointVector.From([0.1, 0.2, 0.3]), Instruction = "lift the cup", WantDepth = true,
            Frames = [new CameraFrame { Camera = "primary", Encoding = ImageEncoding.Rgb8, Width = 28, Height = 28, CaptureTimeNs = 0, Sequence = 1, Data = new RgbImage(28, 28).Memory }],
        };
        var chunk = await policy.InferAsync(observation, TestContext.Current.CancellationToken);
        Assert.Equal((4, SmallTraining.Joints), (chunk.Steps, chunk.Dims));
        Assert.Empty(chunk.Depth);
        Assert.False(policy.Info.HasDepth);
    }

    [Fact]
    public void Run_TrueDepthAsInput_GivesAPolicyThatReadsItAndRefusesToGoWithout()
    {
        using var small = new SmallTraining(change: c => c["losses"] = new JsonObject { ["depth"] = 0 }, changeModel: m => m["policy"]!["depth_input"] = "true_depth");
        using var policy = DepthVlaPolicy.Load(small.Run("run")!, TorchDevice.Cpu);
        Assert.True(policy.Info.ReadsTrueDepth);

        var picture = new RgbImage(28, 28);
        var blind = new Observation
        {
            Sequence = 1, CaptureTimeNs = 0, BudgetNs = 1, Proprioception = JointVector.From([0.1, 0.2, 0.3]), Instruction = "lift the cup",
            Frames = [new CameraFrame { Camera = "primary", Encoding = ImageEncoding.Rgb8, Width = 28, Height = 28, CaptureTimeNs = 0, Sequence = 1, Data = picture.Memory }],
        };
        float[] At(float metres)
        {
            var depth = Enumerable.Repeat(metres, 28 * 28).ToArray();
            var told = blind with { TrueDepth = [new TrueDepth("primary", 28, 28, depth)] };
            return policy.InferAsync(told, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult().Actions.ToArray();
        }

        Assert.NotEqual(At(0.5f), At(0.6f));
        var refusal = Assert.Throws<InvalidObservationException>(() => policy.InferAsync(blind, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult());
        Assert.Contains("true depth", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BrokenOffAndStartedAgain_GoesOnBitForBit()
    {
        using var small = new SmallTraining();
        small.Run("straight");
        Assert.ThrowsAny<InvalidOperationException>(() => small.Run("broken", progress =>
        {
            if (progress is { Step: 10, Line.IsValidation: false }) throw new InvalidOperationException("pulled the plug, two steps after the last saved state");
        }));
        small.Run("broken");

        Assert.Equal(small.Losses("straight"), small.Losses("broken"));
        Assert.Equal(File.ReadAllBytes(small.InFolder("straight/state.safetensors")), File.ReadAllBytes(small.InFolder("broken/state.safetensors")));
    }

    [Fact]
    public void Run_Stopped_SavesWhereItIsAndGoesOn()
    {
        using var small = new SmallTraining();
        small.Run("straight");
        using var stop = new CancellationTokenSource();
        Assert.Null(small.RunUntil("stopped", progress => { if (progress.Step == 6) stop.Cancel(); }, stop.Token));
        Assert.NotNull(small.Run("stopped"));
        Assert.Equal(File.ReadAllBytes(small.InFolder("straight/state.safetensors")), File.ReadAllBytes(small.InFolder("stopped/state.safetensors")));
    }

    [Fact]
    public void Run_InPartsOfABatch_IsTheRunOfTheWholeBatch()
    {
        using var small = new SmallTraining(change: c => c["steps"] = 4);
        small.Run("whole");
        using var parts = new SmallTraining(change: c => (c["steps"], c["accumulate"]) = (4, 2));
        parts.Run("parts");
        string[] Training(string[] lines) => [.. lines.Where(line => !line.Contains("validation", StringComparison.Ordinal))];   // that is of as many rows as a part has
        AssertClose(Training(small.Losses("whole")), Training(parts.Losses("parts")), 2e-4);
    }

    /// <summary>Layers run twice, with the same result: the run is the same to the rounding of sums.</summary>
    [Fact]
    public void Run_RecomputingActivations_IsTheRunThatKeepsThem()
    {
        using var keeping = new SmallTraining(change: c => c["steps"] = 4);
        keeping.Run("run");
        using var recomputing = new SmallTraining(change: c => (c["steps"], c["recompute"]) = (4, true));
        recomputing.Run("run");
        AssertClose(keeping.Losses("run"), recomputing.Losses("run"), 2e-4);
    }

    [Fact]
    public void Run_WithPatience_EndsWhenValidationNoLongerImproves()
    {
        // A rate so high that it only gets worse.
        using var small = new SmallTraining(change: c =>
        {
            (c["steps"], c["save_every"], c["patience"]) = (400, 2, 2);
            c["optimizer"]!["learning_rate"] = 0.5;
            c["optimizer"]!["ema"] = 0;
        });
        Assert.NotNull(small.Run("run"));
        Assert.True(small.Losses("run").Length < 200);
    }

    [Fact]
    public void Run_WithABadConfig_NamesEveryProblemAtOnce()
    {
        using var small = new SmallTraining(change: c =>
        {
            (c["batch"], c["draws"], c["max_committed_steps"]) = (0, 0, 3);
            c["optimizer"]!["learning_rate"] = -1;
            c["data"] = new System.Text.Json.Nodes.JsonArray("nowhere");
        });
        var problem = Assert.Throws<FormatException>(() => small.Run("run")).Message;
        foreach (var key in (string[])["batch", "draws", "max_committed_steps", "optimizer.learning_rate", "data"]) Assert.Contains($"{key}: expected", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAnUnknownKey_NamesIt()
    {
        using var small = new SmallTraining(change: c => c["learning_rate"] = 1);
        Assert.Contains("learning_rate", Assert.Throws<FormatException>(() => small.Run("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WhereAnotherIsAtWork_IsRefused()
    {
        using var small = new SmallTraining();
        Exception? second = null;
        small.Run("run", progress => { if (progress.Step == 4 && second is null) second = Record.Exception(() => small.Run("run")); });
        Assert.Contains("another training run", Assert.IsType<IOException>(second).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Freeze_LeavesThosePartsAsTheyBegan()
    {
        using var small = new SmallTraining(change: c => c["steps"] = 3);
        var whole = small.Run("whole")!;
        using var frozen = new SmallTraining(change: c =>
        {
            c["steps"] = 3;
            c["seed"] = 8;
            c["freeze"] = new System.Text.Json.Nodes.JsonArray("depth");
            c["from"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["checkpoint"] = whole, ["part"] = "depth" });
        });
        using var scope = new TensorScope();
        using var before = Checkpoint.Open(whole);
        using var after = Checkpoint.Open(frozen.Run("frozen")!);
        foreach (var name in Names(before))
        {
            var same = before.Weights.Tensor(name).To(DType.Float32).ToArray<float>().SequenceEqual(after.Weights.Tensor(name).To(DType.Float32).ToArray<float>());
            if (name.StartsWith("depth", StringComparison.Ordinal)) Assert.True(same, name);
        }

        Assert.False(before.Weights.Tensor("heads.action_in.weight").To(DType.Float32).ToArray<float>().SequenceEqual(after.Weights.Tensor("heads.action_in.weight").To(DType.Float32).ToArray<float>()));
    }

    private static IEnumerable<string> Names(Checkpoint checkpoint) => new CheckpointWeights(checkpoint.Weights).Tensors.Select(t => t.Name);

    internal static void AssertClose(string[] expected, string[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 1; i < expected.Length; i++)
        {
            var (a, b) = (expected[i].Split(','), actual[i].Split(','));
            Assert.Equal(a[1], b[1]);
            for (var j = 2; j < a.Length; j++)
            {
                if (a[j] == "NaN" && b[j] == "NaN") continue;
                var (x, y) = (double.Parse(a[j], System.Globalization.CultureInfo.InvariantCulture), double.Parse(b[j], System.Globalization.CultureInfo.InvariantCulture));
                Assert.True(Math.Abs(x - y) <= tolerance * Math.Max(1, Math.Abs(x)), $"line {i}, {expected[0].Split(',')[j]}: {x} and {y}");
            }
        }
    }
}
