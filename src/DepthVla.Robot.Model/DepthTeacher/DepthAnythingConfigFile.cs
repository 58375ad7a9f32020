using System.Collections.Immutable;
using System.Text.Json;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>Reads the config.json of a Depth Anything V2 model.</summary>
/// <remarks>
/// Three forms. Hugging Face's. The keywords of the original's constructor, {"encoder": "vitl", "max_depth": 20}: the released .pth files come
/// without a config, and max_depth is what makes a metric model of one. The same with "encoder" as an object of sizes.
/// </remarks>
internal static class DepthAnythingConfigFile
{
    private static readonly double[] HuggingFaceFactors = [4, 2, 1, 0.5];

    /// <exception cref="FormatException">It is none of these; the message names the key.</exception>
    internal static DepthAnythingConfig Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("config.json: expected an object");
            var fields = new JsonFields(document.RootElement, "config.json");
            return fields.Has("backbone_config") ? HuggingFace(fields)
                : fields.Text("encoder") is { } name ? Original(fields, Named(fields, name))
                : Original(fields, Sizes(fields));
        }
        catch (JsonException e)
        {
            throw new FormatException($"config.json: {e.Message}", e);
        }
    }

    private static DepthAnythingConfig Original(JsonFields fields, DepthAnythingConfig sizes)
    {
        foreach (var flag in (string[])["use_bn", "use_clstoken"]) if (fields.Flag(flag) is true) throw fields.Fault(flag, "false, as in every released model");
        return sizes with
        {
            MaxDepth = fields.Has("max_depth") ? fields.Number("max_depth") : null, InputSize = fields.Int("infer_input_size", sizes.InputSize),
        };
    }

    private static DepthAnythingConfig Named(JsonFields fields, string name)
    {
        var (width, depth, heads, features, layers, channels) = name switch
        {
            "vits" => (384, 12, 6, 64, (ImmutableArray<int>)[2, 5, 8, 11], (ImmutableArray<int>)[48, 96, 192, 384]),
            "vitb" => (768, 12, 12, 128, [2, 5, 8, 11], [96, 192, 384, 768]),
            "vitl" => (1024, 24, 16, 256, [4, 11, 17, 23], [256, 512, 1024, 1024]),
            _ => throw fields.Fault("encoder", "vits, vitb or vitl, or an object of sizes"),
        };
        return new DepthAnythingConfig
        {
            Encoder = new DepthEncoderConfig { EmbedDim = width, MlpDim = 4 * width, Depth = depth, NumHeads = heads, ImgSize = 518 }, Layers = layers,
            Features = fields.Int("features", features), OutChannels = fields.Has("out_channels") ? fields.Ints("out_channels") : channels,
        };
    }

    private static DepthAnythingConfig Sizes(JsonFields fields)
    {
        var encoder = fields.Object("encoder");
        var width = encoder.Int("embed_dim");
        return new DepthAnythingConfig
        {
            Encoder = new DepthEncoderConfig
            {
                EmbedDim = width, MlpDim = (int)(width * encoder.Number("mlp_ratio", 4)),
                Depth = encoder.Int("depth"), NumHeads = encoder.Int("num_heads"), ImgSize = encoder.Int("img_size", 518),
                PatchSize = encoder.Int("patch_size", 14), InterpolateOffset = encoder.Number("interpolate_offset", 0.1),
            },
            Layers = fields.Ints("intermediate_layer_idx"), Features = fields.Int("features"), OutChannels = fields.Ints("out_channels"),
        };
    }

    private static DepthAnythingConfig HuggingFace(JsonFields fields)
    {
        var backbone = fields.Object("backbone_config");
        if (backbone.Flag("use_swiglu_ffn") is true) throw backbone.Fault("use_swiglu_ffn", "false: the giant encoder is not supported");
        if (backbone.Flag("apply_layernorm") is false) throw backbone.Fault("apply_layernorm", "true");
        if (fields.Has("reassemble_factors") && !fields.Numbers("reassemble_factors").SequenceEqual(HuggingFaceFactors))
            throw fields.Fault("reassemble_factors", "[4, 2, 1, 0.5]");

        // One released config has the older key.
        var kind = fields.Text("depth_estimation_type") ?? fields.Text("depth_estimation") ?? "relative";
        if (kind is not ("relative" or "metric")) throw fields.Fault("depth_estimation_type", "relative or metric");
        var width = backbone.Int("hidden_size");
        return new DepthAnythingConfig
        {
            // Positions are interpolated as they were in training, not as Hugging Face's port does.
            Encoder = new DepthEncoderConfig
            {
                EmbedDim = width, MlpDim = (int)(width * backbone.Number("mlp_ratio", 4)), Depth = backbone.Int("num_hidden_layers"),
                NumHeads = backbone.Int("num_attention_heads"), ImgSize = backbone.Int("image_size"),
                PatchSize = backbone.Int("patch_size", fields.Int("patch_size", 14)),
                LayerNormEps = backbone.Number("layer_norm_eps", 1e-6),
            },
            Layers = [.. backbone.Ints("out_indices").Select(i => i - 1)],       // there 0 is what goes into the first block
            Features = fields.Int("fusion_hidden_size"), OutChannels = fields.Ints("neck_hidden_sizes"), HeadFeatures = fields.Int("head_hidden_size", 32),
            MaxDepth = kind == "metric" ? fields.Number("max_depth") : null,
        };
    }
}
