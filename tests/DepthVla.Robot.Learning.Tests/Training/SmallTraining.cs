using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Training;

/// <summary>A training run that takes seconds: a dataset of small random pictures on disk, a network of a few thousand parameters, a config file.</summary>
internal sealed class SmallTraining : IDisposable
{
    internal const int Joints = 3;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-training-");

    internal SmallTraining(int episodes = 6, Action<JsonObject>? change = null, Action<JsonObject>? changeModel = null)
    {
        WriteData(episodes);
        var model = JsonNode.Parse(ModelText)!.AsObject();
        changeModel?.Invoke(model);
        File.WriteAllText(InFolder("model.json"), model.ToJsonString());
        var config = JsonNode.Parse("""
            { "name": "small", "model": "model.json", "data": ["data"], "seed": 3, "steps": 12, "batch": 4, "draws": 2, "validation_share": 0.3, "precision": "float32",
              "optimizer": { "learning_rate": 0.003, "warm_up_steps": 2 }, "log_every": 2, "save_every": 4 }
            """)!.AsObject();
        change?.Invoke(config);
        File.WriteAllText(ConfigFile, config.ToJsonString());
    }

    internal string ConfigFile => InFolder("train.json");

    internal TrainingConfig Config => LearningJson.Read<TrainingConfig>(ConfigFile);

    internal string InFolder(string path) => Path.Combine(_folder.FullName, path);

    internal string? Run(string run, Action<TrainingProgress>? tell = null) => RunUntil(run, tell ?? (_ => { }), CancellationToken.None);

    internal string? RunUntil(string run, Action<TrainingProgress> tell, CancellationToken stop) => TrainingRun.Run(ConfigFile, InFolder(run), TorchDevice.Cpu, tell, stop);

    /// <summary>The losses of a run, without how fast they came.</summary>
    internal string[] Losses(string run) => [.. File.ReadLines(InFolder($"{run}/losses.csv")).Select(line => line[..line.LastIndexOf(',')])];

    public void Dispose() => _folder.Delete(recursive: true);

    private void WriteData(int episodes)
    {
        var size = new ImageSize(28, 28);
        var spec = new DatasetSpec
        {
            Fps = 10,
            Features = [Feature.Picture("primary", size), Feature.Depth("primary", size), Feature.State("a", "b", "c"), Feature.Action("a", "b", "c")],
        };
        using var writer = DatasetWriter.Open(InFolder("data"), spec);
        var random = new Random(1);
        for (var e = 0; e < episodes; e++)
            writer.Append(e % 2 == 0 ? "lift the cup" : "push the cup", [.. Enumerable.Range(0, 5).Select(i => Frame(random, i, size))]);
    }

    private static EpisodeFrame Frame(Random random, int index, ImageSize size)
    {
        var pixels = new byte[3 * size.Width * size.Height];
        random.NextBytes(pixels);
        float[] Numbers() => [.. Enumerable.Range(0, Joints).Select(_ => random.NextSingle())];
        var depth = DepthImage.FromMetres([.. Enumerable.Range(0, size.Width * size.Height).Select(_ => 0.5f + random.NextSingle())], size);
        return new EpisodeFrame
        {
            Seconds = index / 10.0, State = [.. Numbers()], Action = [.. Numbers()],
            Pictures = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", PngCodec.Encode(new RgbImage(size.Width, size.Height, pixels))),
            Depths = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", DepthPng.Encode(depth)),
        };
    }

    private const string Transformer = """{ "width": 16, "mlp_dim": 24, "depth": 2, "num_heads": 2, "num_kv_heads": 1, "head_dim": 8, "adaptive_norm": false }""";

    internal static string ModelText => $$"""
        {
          "format": "depthvla-checkpoint-1", "name": "small", "trained": false,
          "network": {
            "profile": "openpi", "state_dim": 4, "action_dim": 4, "action_horizon": 3, "num_steps": 2, "max_token_len": 16, "vocab_size": 300,
            "image_keys": ["primary"], "image_size": 28, "depth_image_size": 28,
            "vision": { "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 28, "patch_size": 14,
                        "layer_norm_eps": 1e-6, "hidden_act": "gelu_pytorch_tanh", "projection_dim": 16 },
            "vlm": {{Transformer}},
            "depth_encoder": { "embed_dim": 16, "mlp_dim": 24, "depth": 1, "num_heads": 2, "img_size": 28, "patch_size": 14, "layer_norm_eps": 1e-6,
                               "interpolate_offset": 0.1, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225] },
            "depth_decoder": {{Transformer}},
            "depth_head": { "pixels": 196, "log_depth_min": -7, "log_depth_max": 5 },
            "action_expert": {{Transformer}},
            "attention": { "block_mask": true, "cross_camera": true, "state_sees_depth": true, "action_sees_depth": true },
            "positions": { "vlm_start": 0, "depth_start": 0, "suffix_start": "after_vlm" },
            "rms_norm_eps": 1e-6, "rope_theta": 10000, "time_embedding": { "min_period": 0.004, "max_period": 4 }
          },
          "policy": {
            "joints": [{ "name": "a", "unit": "radian" }, { "name": "b", "unit": "radian" }, { "name": "c", "unit": "radian" }],
            "step_rate_hz": 10, "actions": "joint_position", "delta_mask": [true, true, true], "normalization": "z_score_per_step", "resize": "pad",
            "prompt": "pi0", "tokenizer": "sentence_piece"
          }
        }
        """;
}
