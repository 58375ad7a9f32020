namespace DepthVla.Robot.Model.Configuration;

/// <summary>Finds everything that is wrong with a network's sizes, before any weight is read.</summary>
internal static class NetworkConfigCheck
{
    /// <summary>One line a problem: key, what was expected, what came. Empty when the network can be built.</summary>
    internal static IReadOnlyList<string> Problems(NetworkConfig config)
    {
        var found = new List<string>();

        Expect(config.Profile == "openpi", "profile", "openpi", config.Profile);
        Positive("state_dim", config.StateDim);
        Positive("action_dim", config.ActionDim);
        Positive("action_horizon", config.ActionHorizon);
        Positive("num_steps", config.NumSteps);
        Positive("max_token_len", config.MaxTokenLen);
        Positive("vocab_size", config.VocabSize);
        Expect(!config.ImageKeys.IsDefaultOrEmpty, "image_keys", "at least one camera", "none");
        Expect(config.ImageKeys.IsDefault || config.ImageKeys.Distinct().Count() == config.ImageKeys.Length, "image_keys", "each camera once", "a name twice");
        Expect(config.RmsNormEps > 0, "rms_norm_eps", "more than 0", config.RmsNormEps);
        Expect(config.RopeTheta > 1, "rope_theta", "more than 1", config.RopeTheta);
        Expect(config.TimeEmbedding.MinPeriod > 0 && config.TimeEmbedding.MaxPeriod > config.TimeEmbedding.MinPeriod, "time_embedding",
            "0 < min_period < max_period", $"{config.TimeEmbedding.MinPeriod}, {config.TimeEmbedding.MaxPeriod}");
        Expect(config.Positions.SuffixStart == "after_vlm", "positions.suffix_start", "after_vlm", config.Positions.SuffixStart);

        CheckVision(config.Vision);
        CheckTransformer("vlm", config.Vlm);
        Expect(!config.Vlm.AdaptiveNorm, "vlm.adaptive_norm", "false", config.Vlm.AdaptiveNorm);
        CheckActions();
        CheckDepth();
        return found;

        void CheckActions()
        {
            Expect(config.ActionExpert is null != config.UNet is null, "action_expert, u_net", "one of the two", config.UNet is null ? "neither" : "both");
            if (config.ActionExpert is { } expert)
            {
                CheckTransformer("action_expert", expert);
                Shared("action_expert", expert);
                Expect(expert.Width % 2 == 0, "action_expert.width", "an even number (sine and cosine halves)", expert.Width);
            }

            if (config.UNet is not { } net) return;
            Expect(config.DepthDecoder is null, "depth_decoder", "none: with a U-Net nobody would read it", "one");
            Expect(!net.Channels.IsDefaultOrEmpty, "u_net.channels", "at least one level", "none");
            Positive("u_net.groups", net.Groups);
            foreach (var channels in net.Channels.IsDefault ? [] : net.Channels) Divides("u_net.groups", net.Groups, "u_net.channels", channels);
            Expect(net.Kernel > 0 && net.Kernel % 2 == 1, "u_net.kernel", "an odd number above 0", net.Kernel);
            Positive("u_net.keypoints", net.Keypoints);
            Expect(net.StepWidth > 0 && net.StepWidth % 2 == 0, "u_net.step_width", "an even number above 0 (sine and cosine halves)", net.StepWidth);
            Expect(net.NoiseLevels >= config.NumSteps, "u_net.noise_levels", $"num_steps ({config.NumSteps}) or more", net.NoiseLevels);
            var halvings = net.Channels.IsDefaultOrEmpty ? 1 : 1 << (net.Channels.Length - 1);
            Expect(config.ActionHorizon % halvings == 0, "action_horizon", $"a multiple of {halvings}, for {net.Channels.Length} levels of the U-Net", config.ActionHorizon);
        }

        void CheckVision(VisionConfig vision)
        {
            Positive("vision.num_hidden_layers", vision.NumHiddenLayers);
            Positive("vision.intermediate_size", vision.IntermediateSize);
            Divides("vision.num_attention_heads", vision.NumAttentionHeads, "vision.hidden_size", vision.HiddenSize);
            Divides("vision.patch_size", vision.PatchSize, "image_size", config.ImageSize);
            Expect(vision.ImageSize == config.ImageSize, "vision.image_size", $"image_size ({config.ImageSize})", vision.ImageSize);
            Expect(vision.ProjectionDim == config.Vlm.Width, "vision.projection_dim", $"vlm.width ({config.Vlm.Width})", vision.ProjectionDim);
            Expect(vision.HiddenAct == "gelu_pytorch_tanh", "vision.hidden_act", "gelu_pytorch_tanh", vision.HiddenAct);
        }

        void CheckDepth()
        {
            var parts = (config.DepthEncoder is null ? 0 : 1) + (config.DepthDecoder is null ? 0 : 1) + (config.DepthHead is null ? 0 : 1);
            Expect(parts is 0 or 3, "depth_encoder, depth_decoder, depth_head", "all three, or none for π0", $"{parts} of them");
            if (config is not { DepthEncoder: { } encoder, DepthDecoder: { } decoder, DepthHead: { } head }) return;

            Positive("depth_encoder.depth", encoder.Depth);
            Positive("depth_encoder.mlp_dim", encoder.MlpDim);
            Divides("depth_encoder.num_heads", encoder.NumHeads, "depth_encoder.embed_dim", encoder.EmbedDim);
            Divides("depth_encoder.patch_size", encoder.PatchSize, "depth_image_size", config.DepthImageSize);
            Divides("depth_encoder.patch_size", encoder.PatchSize, "depth_encoder.img_size", encoder.ImgSize);
            Expect(encoder.ImageMean.Length == 3 && encoder.ImageStd.Length == 3 && encoder.ImageStd.All(s => s > 0), "depth_encoder.image_mean, image_std",
                "three numbers each, std more than 0", $"{encoder.ImageMean.Length} and {encoder.ImageStd.Length}");
            CheckTransformer("depth_decoder", decoder);
            Shared("depth_decoder", decoder);
            Expect(!decoder.AdaptiveNorm, "depth_decoder.adaptive_norm", "false", decoder.AdaptiveNorm);
            Expect(decoder.Width == encoder.EmbedDim, "depth_decoder.width", $"depth_encoder.embed_dim ({encoder.EmbedDim}): there is no adapter", decoder.Width);
            Expect(head.Pixels == 1 || head.Pixels == encoder.PatchSize * encoder.PatchSize, "depth_head.pixels",
                $"1 or {encoder.PatchSize * encoder.PatchSize} (every pixel of a patch)", head.Pixels);
            Expect(head.LogDepthMin < head.LogDepthMax, "depth_head", "log_depth_min < log_depth_max", $"{head.LogDepthMin}, {head.LogDepthMax}");
        }

        void CheckTransformer(string key, TransformerConfig transformer)
        {
            Positive($"{key}.width", transformer.Width);
            Positive($"{key}.mlp_dim", transformer.MlpDim);
            Positive($"{key}.depth", transformer.Depth);
            Divides($"{key}.num_kv_heads", transformer.NumKvHeads, $"{key}.num_heads", transformer.NumHeads);
            Expect(transformer.HeadDim > 0 && transformer.HeadDim % 2 == 0, $"{key}.head_dim", "an even number above 0 (rotary halves)", transformer.HeadDim);
        }

        // Streams meet in one attention a layer.
        void Shared(string key, TransformerConfig expert)
        {
            Expect(expert.Depth == config.Vlm.Depth, $"{key}.depth", $"vlm.depth ({config.Vlm.Depth})", expert.Depth);
            Expect(expert.NumHeads == config.Vlm.NumHeads, $"{key}.num_heads", $"vlm.num_heads ({config.Vlm.NumHeads})", expert.NumHeads);
            Expect(expert.NumKvHeads == config.Vlm.NumKvHeads, $"{key}.num_kv_heads", $"vlm.num_kv_heads ({config.Vlm.NumKvHeads})", expert.NumKvHeads);
            Expect(expert.HeadDim == config.Vlm.HeadDim, $"{key}.head_dim", $"vlm.head_dim ({config.Vlm.HeadDim})", expert.HeadDim);
        }

        void Positive(string key, int value) => Expect(value > 0, key, "more than 0", value);

        void Divides(string divisorKey, int divisor, string key, int value) =>
            Expect(divisor > 0 && value > 0 && value % divisor == 0, key, $"a multiple of {divisorKey} ({divisor})", value);

        void Expect(bool holds, string key, string expected, object actual)
        {
            if (!holds) found.Add(FormattableString.Invariant($"{key}: expected {expected}, got {actual}"));
        }
    }
}
