using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.DepthTeacher;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.DepthTeacher;

public sealed partial class DepthAnythingTests
{
    private const double MaxDepth = 20;

    [Fact]
    public void Metric_IsTheSigmoidOfWhatARelativeModelCutsAtZero()
    {
        using var relative = new TeacherFolder(TeacherFolder.Small);
        using var metric = new TeacherFolder(TeacherFolder.Small, config => config["max_depth"] = MaxDepth);
        using var scope = new TensorScope();
        using var grad = GradMode.Off();
        using var one = relative.Open();
        using var other = metric.Open();
        var pixels = one.Pixels([Picture(70, 56)]);
        var (cut, metres) = (one.Forward(pixels).ToArray<float>(), other.Forward(pixels).ToArray<float>());

        Assert.False(one.Config.IsMetric);
        Assert.True(other.Config.IsMetric);
        Assert.Contains(cut, value => value > 0);
        foreach (var (value, metre) in cut.Zip(metres))
        {
            if (value > 0) Assert.Equal(MaxDepth / (1 + Math.Exp(-value)), metre, 1e-4);
            else Assert.InRange(metre, 0, MaxDepth / 2 + 1e-4);
        }
    }

    [Fact]
    public void AsMetres_OfARelativeModel_IsRefusedUnlessAligned()
    {
        using var folder = new TeacherFolder(TeacherFolder.Small);
        using var teacher = folder.Open();
        var map = teacher.Infer(Picture(80, 60));
        Assert.Equal(new ImageSize(80, 60), map.Size);
        Assert.Contains("use a metric teacher", Assert.Throws<InvalidOperationException>(() => map.AsMetres()).Message, StringComparison.Ordinal);

        var metres = map.AsMetres(new InverseDepthAlignment(0.5, 0.25));
        for (var i = 0; i < metres.Length; i++) Assert.Equal(1 / (0.5 * map.Values[i] + 0.25), metres[i], 1e-5);
    }

    [Fact]
    public void AsMetres_OfAMetricModel_TakesNoAlignment()
    {
        var map = new DepthMap(new(2, 1), [1, 2], IsMetric: true);
        Assert.Equal([1, 2], map.AsMetres());
        Assert.Throws<InvalidOperationException>(() => map.AsMetres(new InverseDepthAlignment(1, 0)));
    }

    [Fact]
    public void Alignment_OfKnownDepth_FindsScaleAndShift()
    {
        float[] values = [0, 1, 2, 3, 4, 5];
        ushort[] known = [.. values.Select((v, i) => i == 3 ? (ushort)0 : (ushort)Math.Round(1000 / (0.2 * v + 0.5)))];
        var fit = InverseDepthAlignment.Fit(new(new(3, 2), values, IsMetric: false), new(new(3, 2), known));
        Assert.Equal(0.2, fit.Scale, 1e-3);
        Assert.Equal(0.5, fit.Shift, 1e-3);
        Assert.Equal(2, fit.Metres(0), 1e-2);
        Assert.True(double.IsNaN(new InverseDepthAlignment(1, 0).Metres(0)));

        var blind = new DepthMap(new(3, 2), values, IsMetric: false);
        Assert.Throws<ArgumentException>(() => InverseDepthAlignment.Fit(blind, new(new(3, 2), new ushort[6])));
        Assert.Throws<ArgumentException>(() => InverseDepthAlignment.Fit(blind with { IsMetric = true }, new(new(3, 2), known)));
    }

    [Fact]
    public void Infer_SeveralPictures_IsEachByItself()
    {
        using var folder = new TeacherFolder(TeacherFolder.Small);
        using var teacher = folder.Open();
        var pictures = new[] { Picture(64, 48), Picture(64, 48, 1), Picture(64, 48, 2) };
        var together = teacher.Infer(pictures);
        for (var i = 0; i < pictures.Length; i++)
            foreach (var (a, b) in together[i].Values.Zip(teacher.Infer(pictures[i]).Values)) Assert.Equal(b, a, 1e-4);
        Assert.Throws<ArgumentException>(() => teacher.Infer([Picture(64, 48), Picture(48, 64)]));
    }

    [Theory]
    [InlineData(640, 480, 518, 686, 518)]
    [InlineData(480, 640, 518, 518, 686)]
    [InlineData(1920, 1080, 518, 924, 518)]
    [InlineData(518, 518, 518, 518, 518)]
    [InlineData(83, 61, 56, 70, 56)]
    public void SizeFor_KeepsAspectAndTheLowerBound(int width, int height, int input, int expectedWidth, int expectedHeight)
    {
        var pictures = new TeacherPictures(new() { EmbedDim = 1, MlpDim = 1, Depth = 1, NumHeads = 1, ImgSize = 518 }, input);
        Assert.Equal(new ImageSize(expectedWidth, expectedHeight), pictures.SizeFor(new(width, height)));
        Assert.Throws<ArgumentException>(() => pictures.SizeFor(new(8000, 1)));
    }

    /// <summary>Names and config as Hugging Face's port has them give the very same depth.</summary>
    [Fact]
    public void Open_HuggingFaceNames_GivesTheSameDepth()
    {
        using var original = new TeacherFolder(TeacherFolder.Small);
        using var port = new TeacherFolder(TeacherFolder.Small);
        port.Rename(HuggingFace);
        port.WriteConfig(new JsonObject
        {
            ["model_type"] = "depth_anything", ["depth_estimation_type"] = "relative", ["fusion_hidden_size"] = 24,
            ["head_hidden_size"] = 32, ["max_depth"] = null,
            ["neck_hidden_sizes"] = new JsonArray(16, 24, 32, 40), ["reassemble_factors"] = new JsonArray(4, 2, 1, 0.5), ["patch_size"] = 14,
            ["backbone_config"] = new JsonObject
            {
                ["hidden_size"] = 64, ["num_hidden_layers"] = 4, ["num_attention_heads"] = 4, ["mlp_ratio"] = 2,
                ["image_size"] = 70, ["out_indices"] = new JsonArray(1, 2, 3, 4),
            },
        });

        using var scope = new TensorScope();
        using var grad = GradMode.Off();
        using var one = original.Open();
        using var other = port.Open();
        Assert.Equal(518, other.Config.InputSize);
        Assert.Equal(64, other.Hash.Length);
        Assert.NotEqual(one.Hash, other.Hash);
        var pixels = one.Pixels([Picture(70, 56)]);
        Assert.Equal(one.Forward(pixels).ToArray<float>(), other.Forward(pixels).ToArray<float>());
    }

    [Fact]
    public void Open_WrongFolders_NameEveryFault()
    {
        using var folder = new TeacherFolder(TeacherFolder.Small);
        folder.Rename(name => name.Contains("projects.1.bias", StringComparison.Ordinal) || name.EndsWith("blocks.2.norm1.bias", StringComparison.Ordinal) ? []
            : name == "depth_head.projects.2.bias" ? ["depth_head.extra"] : [name]);
        AssertRefused(folder, "missing: depth_head.projects.1.bias (or neck.reassemble_stage.layers.1.projection.bias) [24]",
            "missing: depth.encoder.blocks.2.norm1.bias [64]", "missing: depth_head.projects.2.bias", "unknown: depth_head.extra");

        AssertConfigRefused(json => json["features"] = 32, "mis-shaped: depth_head.scratch.layer1_rn.weight");
        AssertConfigRefused(json => json.Remove("features"), "config.json.features: expected a whole number, got nothing");
        AssertConfigRefused(json => json["intermediate_layer_idx"] = new JsonArray(0, 1, 2, 4),
            "layers: expected 4 blocks of the encoder's 4, ascending, from 0, got [0, 1, 2, 4]");
        AssertConfigRefused(json => json["encoder"] = "vitg", "config.json.encoder: expected vits, vitb or vitl, or an object of sizes, got \"vitg\"");
        AssertConfigRefused(json => json["use_bn"] = true, "config.json.use_bn: expected false");
        AssertConfigRefused(json => json["max_depth"] = -1, "max depth: expected more than 0 m, got -1");
        AssertConfigRefused(json => json["infer_input_size"] = 500, "input size: expected a multiple of the patch (14), got 500");

        using var none = new TeacherFolder(TeacherFolder.Small);
        File.Delete(Path.Combine(none.Folder, "config.json"));
        AssertRefused(none, "config.json");
    }

    [Theory]
    [InlineData("""{"encoder": "vits", "max_depth": 20}""", 384, 12, 64, 11, 20.0)]
    [InlineData("""{"encoder": "vitl", "features": 256, "out_channels": [256, 512, 1024, 1024]}""", 1024, 24, 256, 23, null)]
    public void Config_ByTheOriginalsKeywords_HasItsSizes(string json, int width, int depth, int features, int last, double? maxDepth)
    {
        var config = DepthAnythingConfigFile.Read(json);
        Assert.Empty(config.Problems());
        Assert.Equal((width, depth), (config.Encoder.EmbedDim, config.Encoder.Depth));
        Assert.Equal((features, last, maxDepth), (config.Features, config.Layers[^1], config.MaxDepth));
    }

    private static void AssertConfigRefused(Action<JsonObject> change, string expected)
    {
        using var folder = new TeacherFolder(TeacherFolder.Small, change);
        AssertRefused(folder, expected);
    }

    private static void AssertRefused(TeacherFolder folder, params string[] expected)
    {
        var message = Assert.Throws<CheckpointException>(() => folder.Open()).Message;
        foreach (var line in expected) Assert.Contains(line, message, StringComparison.Ordinal);
    }

    private static string[] HuggingFace(string name)
    {
        var match = Qkv().Match(name);
        if (match.Success)
        {
            var layer = $"backbone.encoder.layer.{match.Groups[1]}.attention.attention";
            return [.. ((string[])["query", "key", "value"]).Select(part => $"{layer}.{part}.{match.Groups[2]}")];
        }

        (string From, string To)[] rules =
        [
            (@"^pretrained\.(cls_token|mask_token)$", "backbone.embeddings.$1"), (@"^pretrained\.pos_embed$", "backbone.embeddings.position_embeddings"),
            (@"^pretrained\.patch_embed\.proj\.", "backbone.embeddings.patch_embeddings.projection."), (@"^pretrained\.norm\.", "backbone.layernorm."),
            (@"^pretrained\.blocks\.(\d+)\.attn\.proj\.", "backbone.encoder.layer.$1.attention.output.dense."),
            (@"^pretrained\.blocks\.(\d+)\.ls(\d)\.gamma$", "backbone.encoder.layer.$1.layer_scale$2.lambda1"),
            (@"^pretrained\.blocks\.(\d+)\.", "backbone.encoder.layer.$1."),
            (@"^depth_head\.projects\.(\d)\.", "neck.reassemble_stage.layers.$1.projection."),
            (@"^depth_head\.resize_layers\.(\d)\.", "neck.reassemble_stage.layers.$1.resize."),
            (@"^depth_head\.scratch\.layer1_rn\.", "neck.convs.0."), (@"^depth_head\.scratch\.layer2_rn\.", "neck.convs.1."),
            (@"^depth_head\.scratch\.layer3_rn\.", "neck.convs.2."), (@"^depth_head\.scratch\.layer4_rn\.", "neck.convs.3."),
            (@"^depth_head\.scratch\.refinenet1\.", "neck.fusion_stage.layers.3."), (@"^depth_head\.scratch\.refinenet2\.", "neck.fusion_stage.layers.2."),
            (@"^depth_head\.scratch\.refinenet3\.", "neck.fusion_stage.layers.1."), (@"^depth_head\.scratch\.refinenet4\.", "neck.fusion_stage.layers.0."),
            (@"\.out_conv\.", ".projection."), (@"\.resConfUnit(\d)\.conv(\d)\.", ".residual_layer$1.convolution$2."),
            (@"^depth_head\.scratch\.output_conv1\.", "head.conv1."), (@"^depth_head\.scratch\.output_conv2\.0\.", "head.conv2."),
            (@"^depth_head\.scratch\.output_conv2\.2\.", "head.conv3."),
        ];
        return [rules.Aggregate(name, (n, rule) => Regex.Replace(n, rule.From, rule.To))];
    }

    private static RgbImage Picture(int width, int height, int seed = 0)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    [GeneratedRegex(@"^pretrained\.blocks\.(\d+)\.attn\.qkv\.(weight|bias)$")]
    private static partial Regex Qkv();
}
