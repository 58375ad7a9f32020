using System.Globalization;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Training;

public sealed class DepthPretrainingTests
{
    [Fact]
    public void Run_OnFoldersOfRgbAndDepth_LearnsDepthAndNothingElse()
    {
        using var small = Pretraining(c => c["steps"] = 60);
        RgbdScenes.Write(small.InFolder("rgbd"), scenes: 4, pairs: 5);
        var folder = small.Run("run")!;

        double[][] Lines(string kind) => [.. small.Losses("run").Skip(1).Select(l => l.Split(',')).Where(l => l[1] == kind).Select(l => (double[])
            [.. l.Skip(2).Select(n => double.Parse(n, CultureInfo.InvariantCulture))])];
        var (training, validation) = (Lines("training"), Lines("validation"));
        Assert.True(training[^1][2] < training[0][2] / 3, $"L_si fell from {training[0][2]} to {training[^1][2]} only");
        Assert.True(double.IsNaN(training[0][1]));                                               // no flow
        Assert.True(validation[^1][2] < training[0][2] / 3, $"L_si of unseen scenes is {validation[^1][2]}");
        Assert.InRange(validation[^1][7], 0, 0.15);                                              // absolute relative error
        Assert.InRange(validation[^1][8], 0.9, 1);                                               // within a quarter

        using var state = SafetensorsFile.Open(small.InFolder("run/state.safetensors"));
        Assert.All(state.Header.Entries, entry => Assert.Matches(@"^(parameter|average|first_moment|second_moment)\.depth\.", entry.Name));
        using var checkpoint = Checkpoint.Open(folder);
        Assert.False(checkpoint.Config.Trained);
        Assert.Equal(["depth: pretrained by itself, 60 steps on rgbd", "vlm, action, heads: random, seed 3; not trained"], checkpoint.Config.Sources!.Value);
        Assert.Empty(checkpoint.NotFinite());
    }

    [Fact]
    public void Checkpoint_AsABeginning_GivesItsDepthBitForBitAndNothingElse()
    {
        using var small = Pretraining(c => c["steps"] = 3);
        RgbdScenes.Write(small.InFolder("rgbd"), scenes: 2, pairs: 2);
        var folder = small.Run("run")!;

        using var scope = new TensorScope();
        using var joint = new SmallTraining(change: c =>
        {
            (c["steps"], c["seed"]) = (2, 9);
            c["from"] = new JsonArray(new JsonObject { ["checkpoint"] = folder, ["part"] = "depth" });
        });
        var network = ModelJson.Read<CheckpointConfig>(SmallTraining.ModelText, "model").Network;
        var begun = ParameterSet.Begin(joint.Config, ".", network, 0, TorchDevice.Cpu);
        var fresh = ParameterSet.Begin(joint.Config with { From = [] }, ".", network, 0, TorchDevice.Cpu);
        using var checkpoint = Checkpoint.Open(folder);
        foreach (var (name, master) in begun)
        {
            var expected = name.StartsWith("depth.", StringComparison.Ordinal) ? checkpoint.Weights.Tensor(name).To(DType.Float32) : fresh[name];
            Assert.True(expected.ToArray<float>().AsSpan().SequenceEqual(master.ToArray<float>()), name);
        }

        Assert.NotNull(joint.Run("joint"));
        foreach (var master in begun.Values.Concat(fresh.Values)) master.Dispose();
    }

    [Fact]
    public void Run_OnDatasetsAndFoldersTogether_TakesBoth()
    {
        using var small = Pretraining(c => (c["steps"], c["data"]) = (4, new JsonArray("data", "rgbd")));
        RgbdScenes.Write(small.InFolder("rgbd"), scenes: 4, pairs: 3);
        var said = new List<string>();
        Assert.NotNull(small.Run("run", progress => said.Add(progress.Message)));
        Assert.Contains(said, line => line == "29 frames to train on, 13 for validation, 0 instructions");
    }

    [Fact]
    public void Load_OfScenes_HoldsWholeScenesBackAndNamesWhatIsLeftOut()
    {
        using var small = Pretraining();
        var root = small.InFolder("rgbd");
        RgbdScenes.Write(root, scenes: 4, pairs: 4);
        RgbdScenes.Pair(Path.Combine(root, "scene_001"), 2, seed: 1, metres: _ => 30);
        File.WriteAllText(Path.Combine(root, "scene_002/rgb/00001.png"), "no picture");
        var skipped = new List<string>();
        var model = ModelJson.Read<CheckpointConfig>(SmallTraining.ModelText, "model");
        FrameStore Load(int every) => new DepthFrameLoader(model, new RgbdConfig { Every = every }).Load([root], 0.25, Skip, (_, _) => { });
        void Skip(string problem)
        {
            lock (skipped) skipped.Add(problem);
        }

        var store = Load(1);
        Assert.Equal(14, store.Training.Length + store.Validation.Length);
        Assert.Single(store.Validation.Select(f => f.Episode).Distinct());
        Assert.Empty(store.Training.Select(f => f.Episode).Intersect(store.Validation.Select(f => f.Episode)));
        Assert.Equal(2, skipped.Count);
        Assert.Contains(skipped, line => line.EndsWith("scene_001/depth/00002.png: no depth of 0.001 to 20 m in it", StringComparison.Ordinal));
        Assert.Contains(skipped, line => line.Contains("scene_002/rgb/00001.png: neither JPEG nor PNG", StringComparison.Ordinal));

        // The picture is 4:3 on a square: nothing is known of the bars, and depth lies where the picture does.
        var frame = store.Training[0];
        Assert.Empty(frame.Chunks);
        Assert.Equal(0, frame.Depth[0][0]);
        Assert.NotEqual(0, frame.Depth[0][14 * 28 + 14]);
        Assert.Equal(28 * 21, frame.Depth[0].Count(mm => mm > 0));
        Assert.Equal(7, Load(2).Training.Length + Load(2).Validation.Length);                    // of pairs 0, 2 the one in scene 1 is left out
    }

    [Fact]
    public void Run_OnWrongData_NamesIt()
    {
        AssertRefused<DatasetException>("rgbd: expected a folder with pictures in 'rgb' or 'color' and 16-bit PNGs in 'depth', got no folder of pictures", folder =>
            Directory.CreateDirectory(folder));
        AssertRefused<DatasetException>("got no folder 'depth'", folder => Directory.CreateDirectory(Path.Combine(folder, "color")));
        AssertRefused<DatasetException>("data: expected pictures with a known depth of 0.001 to 20 m, got none to learn from", folder =>
            RgbdScenes.Pair(folder, 0, seed: 1, metres: _ => 0));
        AssertRefused<FormatException>("rgbd.units_a_metre: expected more than 0, got 0", folder => RgbdScenes.Write(folder, 1, 1),
            c => c["rgbd"] = new JsonObject { ["units_a_metre"] = 0 });
        AssertRefused<FormatException>("rgbd.every: expected 1 or more, got 0", folder => RgbdScenes.Write(folder, 1, 1),
            c => c["rgbd"] = new JsonObject { ["every"] = 0 });
        AssertRefused<FormatException>("data: expected LeRobot datasets, got rgbd, a folder of RGB and depth: those are for stage depth", folder =>
            RgbdScenes.Pair(folder, 0, seed: 1), c => c["stage"] = "joint");
        AssertRefused<CheckpointException>("from: it holds no parameter that begins with 'vlm' and that this run trains", folder => RgbdScenes.Write(folder, 1, 1),
            c => c["from"] = new JsonArray(new JsonObject { ["checkpoint"] = Shipped, ["part"] = "vlm" }));
    }

    private static string Shipped => Path.GetFullPath(Path.Combine(Fixtures.FixtureFolders.Of(Fixtures.FixtureKind.DepthAnythingV2).First().Data.Folder, "../../../models/depthvla-tiny"));

    private static SmallTraining Pretraining(Action<JsonObject>? change = null) => new(change: c =>
    {
        (c["stage"], c["data"], c["steps"], c["save_every"]) = ("depth", new JsonArray("rgbd"), 6, 30);
        c["optimizer"] = new JsonObject { ["learning_rate"] = 0.01, ["warm_up_steps"] = 2, ["ema"] = 0.8 };
        change?.Invoke(c);
    });

    private static void AssertRefused<T>(string expected, Action<string> write, Action<JsonObject>? change = null) where T : Exception
    {
        using var small = Pretraining(change);
        write(small.InFolder("rgbd"));
        Assert.Contains(expected, Assert.Throws<T>(() => small.Run("run")).Message, StringComparison.Ordinal);
    }
}
