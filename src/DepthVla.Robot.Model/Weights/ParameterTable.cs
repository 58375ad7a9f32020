using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Weights;

/// <summary>How a parameter begins when no checkpoint supplies it.</summary>
internal enum Initialisation
{
    /// <summary>Normal, σ 0.02, cut off at ±2 σ.</summary>
    Normal,

    /// <summary>Biases, and RMSNorm weights (applied as 1 + w).</summary>
    Zeros,

    /// <summary>LayerNorm weights and LayerScale.</summary>
    Ones,
}

/// <summary>One parameter: its name in the container, its shape and its beginning.</summary>
internal sealed record Parameter(string Name, long[] Shape, Initialisation Initialisation)
{
    internal long Count => Shape.Aggregate(1L, (count, size) => count * size);

    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}

/// <summary>Every parameter of a network, derived from its sizes: what a checkpoint must hold, no more and no less.</summary>
/// <remarks>Linear weights are [out, in]. Names after the prefix are those of each expert's public checkpoint.</remarks>
internal sealed class ParameterTable
{
    private readonly List<Parameter> _parameters = [];

    private ParameterTable() { }

    internal IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>How many numbers there are in all.</summary>
    internal long Count => _parameters.Sum(p => p.Count);

    internal static ParameterTable For(NetworkConfig config)
    {
        var table = new ParameterTable();
        table.AddVision(config.Vision);
        table.AddMatrix("vlm.embed", config.VocabSize, config.Vlm.Width);
        table.AddTransformer("vlm", config.Vlm, conditionDim: 0);
        if (config is { DepthEncoder: { } encoder, DepthDecoder: { } decoder, DepthHead: { } head })
        {
            table.AddDepthEncoder(encoder);
            table.AddTransformer("depth.decoder", decoder, conditionDim: 0);
            table.AddLinear("depth.head", head.Pixels, decoder.Width);
        }

        if (config.UNet is { } net)
        {
            table.AddUNet(net, config);
            return table;
        }

        var action = config.ActionExpert!;
        table.AddTransformer("action", action, conditionDim: action.Width);
        if (!action.AdaptiveNorm) table.AddLinear("heads.state", action.Width, config.StateDim);
        table.AddLinear("heads.action_in", action.Width, config.ActionDim);
        table.AddLinear("heads.time_in", action.Width, action.AdaptiveNorm ? action.Width : 2 * action.Width);
        table.AddLinear("heads.time_out", action.Width, action.Width);
        table.AddLinear("heads.action_out", config.ActionDim, action.Width);
        return table;
    }

    /// <summary>A DINOv2 encoder alone, under the names it has in a policy.</summary>
    internal static ParameterTable ForEncoder(DepthEncoderConfig encoder)
    {
        var table = new ParameterTable();
        table.AddDepthEncoder(encoder);
        return table;
    }

    private void AddVision(VisionConfig vision)
    {
        var (width, mlp) = (vision.HiddenSize, vision.IntermediateSize);
        var side = vision.ImageSize / vision.PatchSize;
        Add("vlm.vision.embeddings.patch_embedding.weight", Initialisation.Normal, width, 3, vision.PatchSize, vision.PatchSize);
        Add("vlm.vision.embeddings.patch_embedding.bias", Initialisation.Zeros, width);
        AddMatrix("vlm.vision.embeddings.position_embedding", side * side, width);
        for (var i = 0; i < vision.NumHiddenLayers; i++)
        {
            var layer = $"vlm.vision.encoder.layers.{i}";
            AddLayerNorm($"{layer}.layer_norm1", width);
            foreach (var projection in (string[])["q_proj", "k_proj", "v_proj", "out_proj"]) AddLinear($"{layer}.self_attn.{projection}", width, width);
            AddLayerNorm($"{layer}.layer_norm2", width);
            AddLinear($"{layer}.mlp.fc1", mlp, width);
            AddLinear($"{layer}.mlp.fc2", width, mlp);
        }

        AddLayerNorm("vlm.vision.post_layernorm", width);
        AddLinear("vlm.projector", vision.ProjectionDim, width);
    }

    private void AddDepthEncoder(DepthEncoderConfig encoder)
    {
        var (width, side) = (encoder.EmbedDim, encoder.ImgSize / encoder.PatchSize);
        Add("depth.encoder.cls_token", Initialisation.Normal, 1, 1, width);
        Add("depth.encoder.mask_token", Initialisation.Zeros, 1, width); // unused; kept so that public checkpoints survive a round trip
        Add("depth.encoder.pos_embed", Initialisation.Normal, 1, 1 + side * side, width);
        Add("depth.encoder.patch_embed.proj.weight", Initialisation.Normal, width, 3, encoder.PatchSize, encoder.PatchSize);
        Add("depth.encoder.patch_embed.proj.bias", Initialisation.Zeros, width);
        for (var i = 0; i < encoder.Depth; i++)
        {
            var block = $"depth.encoder.blocks.{i}";
            AddLayerNorm($"{block}.norm1", width);
            AddLinear($"{block}.attn.qkv", 3 * width, width);
            AddLinear($"{block}.attn.proj", width, width);
            Add($"{block}.ls1.gamma", Initialisation.Ones, width);
            AddLayerNorm($"{block}.norm2", width);
            AddLinear($"{block}.mlp.fc1", encoder.MlpDim, width);
            AddLinear($"{block}.mlp.fc2", width, encoder.MlpDim);
            Add($"{block}.ls2.gamma", Initialisation.Ones, width);
        }

        AddLayerNorm("depth.encoder.norm", width);
    }

    private void AddTransformer(string prefix, TransformerConfig transformer, int conditionDim)
    {
        var (width, heads, kv) = (transformer.Width, transformer.NumHeads * transformer.HeadDim, transformer.NumKvHeads * transformer.HeadDim);
        for (var i = 0; i < transformer.Depth; i++)
        {
            var layer = $"{prefix}.layers.{i}";
            AddRmsNorm($"{layer}.input_layernorm");
            AddMatrix($"{layer}.self_attn.q_proj", heads, width);
            AddMatrix($"{layer}.self_attn.k_proj", kv, width);
            AddMatrix($"{layer}.self_attn.v_proj", kv, width);
            AddMatrix($"{layer}.self_attn.o_proj", width, heads);
            AddRmsNorm($"{layer}.post_attention_layernorm");
            AddMatrix($"{layer}.mlp.gate_proj", transformer.MlpDim, width);
            AddMatrix($"{layer}.mlp.up_proj", transformer.MlpDim, width);
            AddMatrix($"{layer}.mlp.down_proj", width, transformer.MlpDim);
        }

        AddRmsNorm($"{prefix}.norm");

        void AddRmsNorm(string name)
        {
            if (transformer.AdaptiveNorm) AddLinear($"{name}.dense", 3 * width, conditionDim);
            else Add($"{name}.weight", Initialisation.Zeros, width);
        }
    }

    private void AddUNet(UNetConfig net, NetworkConfig config)
    {
        AddLinear("diffusion.keypoints", net.Keypoints, config.Vlm.Width);
        AddLinear("diffusion.step_in", 4 * net.StepWidth, net.StepWidth);
        AddLinear("diffusion.step_out", net.StepWidth, 4 * net.StepWidth);
        var condition = net.StepWidth + 2 * net.Keypoints * config.ImageKeys.Length + config.StateDim;     // the points of every camera, and the state
        foreach (var block in net.Blocks(config.ActionDim))
        {
            AddConvolution($"{block.Name}.conv1", block.Channels, block.Inputs, net.Kernel);
            AddLayerNorm($"{block.Name}.norm1", block.Channels);
            AddLinear($"{block.Name}.film", 2 * block.Channels, condition);
            AddConvolution($"{block.Name}.conv2", block.Channels, block.Channels, net.Kernel);
            AddLayerNorm($"{block.Name}.norm2", block.Channels);
            if (block.Inputs != block.Channels) AddConvolution($"{block.Name}.residual", block.Channels, block.Inputs, 1);
        }

        for (var level = 0; level < net.Channels.Length - 1; level++)
        {
            AddConvolution($"diffusion.halve.{level}", net.Channels[level], net.Channels[level], 3);
            AddConvolution($"diffusion.double.{level}", net.Channels[level], net.Channels[level + 1], 3);
        }

        AddConvolution("diffusion.out", config.ActionDim, net.Channels[0], 1);
    }

    // Over the steps of a chunk.
    private void AddConvolution(string name, int outputs, int inputs, int kernel)
    {
        Add($"{name}.weight", Initialisation.Normal, outputs, inputs, kernel);
        Add($"{name}.bias", Initialisation.Zeros, outputs);
    }

    private void AddLayerNorm(string name, int width)
    {
        Add($"{name}.weight", Initialisation.Ones, width);
        Add($"{name}.bias", Initialisation.Zeros, width);
    }

    private void AddLinear(string name, int outputs, int inputs)
    {
        AddMatrix(name, outputs, inputs);
        Add($"{name}.bias", Initialisation.Zeros, outputs);
    }

    private void AddMatrix(string name, int outputs, int inputs) => Add($"{name}.weight", Initialisation.Normal, outputs, inputs);

    private void Add(string name, Initialisation initialisation, params long[] shape) => _parameters.Add(new Parameter(name, shape, initialisation));
}
