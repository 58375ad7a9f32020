using System.Text.Json;
using System.Text.Json.Nodes;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Import;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Fixtures;

/// <summary>Builds our configuration from the config.json of each kind of fixture, and our weights from its files.</summary>
internal static class FixtureNetworks
{
    /// <summary>A fixture in our own format; flags of one of its variants on top.</summary>
    internal static NetworkConfig DepthVla(Fixture fixture, string variant)
    {
        var json = JsonNode.Parse(File.ReadAllBytes(fixture.InFolder("config.json")))!.AsObject();
        foreach (var (flag, value) in json["variants"]![variant]!.AsObject()) json["attention"]![flag] = value!.DeepClone();
        foreach (var key in (string[])["model", "loss", "variants"]) json.Remove(key);
        return ModelJson.Read<NetworkConfig>(json.ToJsonString(), "config.json");
    }

    /// <summary>openpi's π0 and π0.5.</summary>
    internal static NetworkConfig Pi(Fixture fixture)
    {
        var json = JsonNode.Parse(File.ReadAllBytes(fixture.InFolder("config.json")))!.AsObject();
        json["vlm"] = json["paligemma"]!.DeepClone();
        json["action_expert"]!["adaptive_norm"] = json["pi05"]!.DeepClone();
        json["image_size"] = json["vision"]!["image_size"]!.DeepClone();
        json["state_dim"] = json["action_dim"]!.DeepClone();
        json["profile"] = "openpi";
        json["attention"] = new JsonObject { ["block_mask"] = true, ["cross_camera"] = true, ["state_sees_depth"] = true, ["action_sees_depth"] = true };
        json["positions"] = new JsonObject { ["vlm_start"] = 0, ["depth_start"] = 0, ["suffix_start"] = "after_vlm" };
        foreach (var key in (string[])["model", "pi05", "paligemma"]) json.Remove(key);
        return ModelJson.Read<NetworkConfig>(json.ToJsonString(), "config.json");
    }

    /// <summary>PaliGemma alone, from Hugging Face's keys; the action expert is a stand-in that no test runs.</summary>
    internal static NetworkConfig PaliGemma(JsonElement config)
    {
        var (vision, text) = (config.GetProperty("vision_config"), config.GetProperty("text_config"));
        var vlm = new TransformerConfig
        {
            Width = Int(text, "hidden_size"), MlpDim = Int(text, "intermediate_size"), Depth = Int(text, "num_hidden_layers"),
            NumHeads = Int(text, "num_attention_heads"), NumKvHeads = Int(text, "num_key_value_heads"), HeadDim = Int(text, "head_dim"),
        };
        return new NetworkConfig
        {
            StateDim = 1, ActionDim = 1, ActionHorizon = 1, MaxTokenLen = 4096, VocabSize = Int(text, "vocab_size"), ImageKeys = ["camera"],
            ImageSize = Int(vision, "image_size"), RmsNormEps = text.GetProperty("rms_norm_eps").GetDouble(), RopeTheta = text.GetProperty("rope_theta").GetDouble(),
            Vision = new VisionConfig
            {
                HiddenSize = Int(vision, "hidden_size"), IntermediateSize = Int(vision, "intermediate_size"), NumHiddenLayers = Int(vision, "num_hidden_layers"),
                NumAttentionHeads = Int(vision, "num_attention_heads"), ImageSize = Int(vision, "image_size"), PatchSize = Int(vision, "patch_size"),
                LayerNormEps = vision.GetProperty("layer_norm_eps").GetDouble(), ProjectionDim = Int(config, "projection_dim"),
            },
            Vlm = vlm,
            ActionExpert = vlm,
        };
    }

    /// <summary>A DINOv2 encoder by Hugging Face's keys, or by the keys of Depth Anything V2's "encoder".</summary>
    internal static DepthEncoderConfig DinoV2(JsonElement config, double interpolateOffset)
    {
        var huggingFace = config.TryGetProperty("hidden_size", out _);
        var width = Int(config, huggingFace ? "hidden_size" : "embed_dim");
        return new DepthEncoderConfig
        {
            EmbedDim = width,
            MlpDim = (int)(width * config.GetProperty("mlp_ratio").GetDouble()),
            Depth = Int(config, huggingFace ? "num_hidden_layers" : "depth"),
            NumHeads = Int(config, huggingFace ? "num_attention_heads" : "num_heads"),
            ImgSize = Int(config, huggingFace ? "image_size" : "img_size"),
            PatchSize = Int(config, "patch_size"),
            InterpolateOffset = interpolateOffset,
        };
    }

    /// <summary>A network around a DINOv2 encoder, so that the table of parameters knows its shapes.</summary>
    internal static NetworkConfig AroundEncoder(DepthEncoderConfig encoder)
    {
        var expert = new TransformerConfig { Width = encoder.EmbedDim, MlpDim = 1, Depth = 1, NumHeads = 1, NumKvHeads = 1, HeadDim = 2 };
        return new NetworkConfig
        {
            StateDim = 1, ActionDim = 1, ActionHorizon = 1, MaxTokenLen = 1, VocabSize = 1, ImageKeys = ["camera"],
            ImageSize = encoder.PatchSize, DepthImageSize = encoder.PatchSize,
            Vision = new VisionConfig
            {
                HiddenSize = 1, IntermediateSize = 1, NumHiddenLayers = 1, NumAttentionHeads = 1, ImageSize = encoder.PatchSize, PatchSize = encoder.PatchSize, ProjectionDim = expert.Width,
            },
            Vlm = expert, ActionExpert = expert, DepthEncoder = encoder, DepthDecoder = expert, DepthHead = new DepthHeadConfig { Pixels = 1 },
        };
    }

    /// <summary>The fixture's weights through the importer, under our names.</summary>
    internal static WeightStore Import(NetworkConfig config, SafetensorsSet file, ComputePrecision precision, string? only = null, IOperators? operators = null)
    {
        var weights = new ImportedWeights([new ImportSource(file, only)], ParameterTable.For(config));
        if (weights.Problems.Count > 0) throw new InvalidDataException(string.Join('\n', weights.Problems));
        return new WeightStore(weights, TorchDevice.Cpu, precision) { Operators = operators ?? new EagerOperators() };
    }

    private static int Int(JsonElement element, string key) => element.GetProperty(key).GetInt32();
}
