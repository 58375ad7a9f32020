using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Model.Configuration;

/// <summary>
/// Every size and switch of the network; nothing in the code knows any of them. Without the three depth parts it is π0; with a U-Net in the place of the
/// action expert it is a Diffusion Policy, to compare with.
/// </summary>
/// <remarks>
/// Keys and meaning follow DepthVLA (arXiv 2510.13375) on openpi's conventions; snake_case in JSON. A file states every key: the
/// defaults here serve code, and a key that a file forgot is an error.
/// </remarks>
public sealed record NetworkConfig
{
    /// <summary>The conventions of tokens, positions and flow: "openpi" is the one there is.</summary>
    [JsonRequired]
    public string Profile { get; init; } = "openpi";

    /// <summary>Numbers of proprioception, after padding.</summary>
    public required int StateDim { get; init; }

    /// <summary>Numbers of an action step, after padding.</summary>
    public required int ActionDim { get; init; }

    /// <summary>Steps of a chunk.</summary>
    public required int ActionHorizon { get; init; }

    /// <summary>Euler steps of the flow, or steps of denoising.</summary>
    [JsonRequired]
    public int NumSteps { get; init; } = 10;

    /// <summary>Most text tokens of a prompt.</summary>
    public required int MaxTokenLen { get; init; }

    /// <summary>Rows of the text embedding.</summary>
    public required int VocabSize { get; init; }

    /// <summary>The cameras, in token order.</summary>
    public required ImmutableArray<string> ImageKeys { get; init; }

    /// <summary>Side of the square picture that SigLIP sees, px.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of the square picture that DINOv2 sees, px.</summary>
    public int DepthImageSize { get; init; }

    /// <summary>SigLIP and its projector.</summary>
    public required VisionConfig Vision { get; init; }

    /// <summary>The VLM's transformer.</summary>
    public required TransformerConfig Vlm { get; init; }

    /// <summary>The depth expert's DINOv2 encoder.</summary>
    public DepthEncoderConfig? DepthEncoder { get; init; }

    /// <summary>The depth expert's transformer.</summary>
    public TransformerConfig? DepthDecoder { get; init; }

    /// <summary>The depth expert's linear head.</summary>
    public DepthHeadConfig? DepthHead { get; init; }

    /// <summary>The action expert's transformer; null with a U-Net.</summary>
    public TransformerConfig? ActionExpert { get; init; }

    /// <summary>Diffusion Policy's denoiser, in the place of the action expert.</summary>
    public UNetConfig? UNet { get; init; }

    /// <summary>Who sees whom.</summary>
    [JsonRequired]
    public AttentionConfig Attention { get; init; } = new();

    /// <summary>Where each stream's rotary positions begin.</summary>
    [JsonRequired]
    public PositionsConfig Positions { get; init; } = new();

    /// <summary>ε of every RMSNorm.</summary>
    [JsonRequired]
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Base of the rotary frequencies.</summary>
    [JsonRequired]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Periods of the flow time's embedding.</summary>
    [JsonRequired]
    public TimeEmbeddingConfig TimeEmbedding { get; init; } = new();

    /// <summary>True for DepthVLA, false for π0.</summary>
    [JsonIgnore]
    public bool HasDepth => DepthDecoder is not null;

    /// <summary>SigLIP tokens a camera.</summary>
    [JsonIgnore]
    public int ImageTokens => ImageSize / Vision.PatchSize * (ImageSize / Vision.PatchSize);

    /// <summary>DINOv2 patch tokens a camera; 0 without a depth expert.</summary>
    [JsonIgnore]
    public int DepthTokens => DepthEncoder is { } e ? DepthImageSize / e.PatchSize * (DepthImageSize / e.PatchSize) : 0;
}

/// <summary>A SigLIP tower: pre-norm ViT with biases, tanh GELU, learned positions, no class token; then a linear projector.</summary>
public sealed record VisionConfig
{
    /// <summary>Width.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Side of the picture, px.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch, px.</summary>
    [JsonRequired]
    public int PatchSize { get; init; } = 14;

    /// <summary>ε of its LayerNorms.</summary>
    [JsonRequired]
    public double LayerNormEps { get; init; } = 1e-6;

    /// <summary>"gelu_pytorch_tanh", the only one SigLIP uses.</summary>
    [JsonRequired]
    public string HiddenAct { get; init; } = "gelu_pytorch_tanh";

    /// <summary>Width after the projector: the VLM's.</summary>
    public required int ProjectionDim { get; init; }
}

/// <summary>A transformer of Gemma's kind. Depth, heads and head size agree between the experts that share an attention.</summary>
public sealed record TransformerConfig
{
    /// <summary>Width.</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the gated MLP.</summary>
    public required int MlpDim { get; init; }

    /// <summary>Layers.</summary>
    public required int Depth { get; init; }

    /// <summary>Query heads.</summary>
    public required int NumHeads { get; init; }

    /// <summary>Key/value heads, each serving the same number of consecutive query heads.</summary>
    public required int NumKvHeads { get; init; }

    /// <summary>Size of a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>π0.5's action expert: norms scaled, shifted and gated by the flow time; no state token.</summary>
    public bool AdaptiveNorm { get; init; }
}

/// <summary>A DINOv2 ViT: pre-norm, class token, exact GELU, LayerScale, fused qkv.</summary>
public sealed record DepthEncoderConfig
{
    /// <summary>Width.</summary>
    public required int EmbedDim { get; init; }

    /// <summary>Width inside the MLP.</summary>
    public required int MlpDim { get; init; }

    /// <summary>Blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>Attention heads.</summary>
    public required int NumHeads { get; init; }

    /// <summary>Side of the picture that the position table was made for, px.</summary>
    public required int ImgSize { get; init; }

    /// <summary>Side of a patch, px.</summary>
    [JsonRequired]
    public int PatchSize { get; init; } = 14;

    /// <summary>ε of its LayerNorms.</summary>
    [JsonRequired]
    public double LayerNormEps { get; init; } = 1e-6;

    /// <summary>Added to the grid before the position table is scaled: 0.1 in the original, 0 in Hugging Face's port.</summary>
    [JsonRequired]
    public double InterpolateOffset { get; init; } = 0.1;

    /// <summary>Subtracted from RGB in [0, 1].</summary>
    [JsonRequired]
    public ImmutableArray<double> ImageMean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>Divides what is left.</summary>
    [JsonRequired]
    public ImmutableArray<double> ImageStd { get; init; } = [0.229, 0.224, 0.225];
}

/// <summary>The linear depth head: log depth in m.</summary>
public sealed record DepthHeadConfig
{
    /// <summary>Values a patch: every pixel (patch²), or 1.</summary>
    [JsonRequired]
    public int Pixels { get; init; } = 196;

    /// <summary>Lowest log depth.</summary>
    [JsonRequired]
    public double LogDepthMin { get; init; } = -7;

    /// <summary>Highest log depth.</summary>
    [JsonRequired]
    public double LogDepthMax { get; init; } = 5;
}

/// <summary>Who sees whom, beyond the fixed rule that no prefix token sees state or actions.</summary>
public sealed record AttentionConfig
{
    /// <summary>VLM and depth tokens do not see each other; false is the paper's ablation.</summary>
    [JsonRequired]
    public bool BlockMask { get; init; } = true;

    /// <summary>Depth tokens see all cameras; false confines them to their own.</summary>
    [JsonRequired]
    public bool CrossCamera { get; init; } = true;

    /// <summary>The state token sees the depth stream.</summary>
    [JsonRequired]
    public bool StateSeesDepth { get; init; } = true;

    /// <summary>Action tokens see the depth stream.</summary>
    [JsonRequired]
    public bool ActionSeesDepth { get; init; } = true;
}

/// <summary>Where each stream's rotary positions begin. Masked tokens do not advance a counter.</summary>
public sealed record PositionsConfig
{
    /// <summary>Position of the first VLM token.</summary>
    [JsonRequired]
    public int VlmStart { get; init; }

    /// <summary>Position of the first depth token (of each camera, when cameras do not see each other).</summary>
    [JsonRequired]
    public int DepthStart { get; init; }

    /// <summary>"after_vlm": state and actions go on counting after the VLM's valid tokens.</summary>
    [JsonRequired]
    public string SuffixStart { get; init; } = "after_vlm";
}

/// <summary>Sine and cosine periods of the flow time, spaced geometrically.</summary>
public sealed record TimeEmbeddingConfig
{
    /// <summary>Shortest period.</summary>
    [JsonRequired]
    public double MinPeriod { get; init; } = 0.004;

    /// <summary>Longest period.</summary>
    [JsonRequired]
    public double MaxPeriod { get; init; } = 4;
}
