using System.Text.RegularExpressions;

namespace DepthVla.Robot.Model.Import;

/// <summary>Where a tensor of a public checkpoint belongs in ours.</summary>
/// <param name="Name">Our name.</param>
/// <param name="Part">Which rows: 0, 1, 2 for separate query, key, value that ours keeps as one matrix; null for all of it.</param>
internal readonly record struct OwnName(string Name, int? Part = null);

/// <summary>Translates the names of the public checkpoints that experts come from; none of them collide, so one list serves all.</summary>
/// <remarks>
/// PaliGemma by Hugging Face, older names and newer; DINOv2 and Depth Anything V2, original names and Hugging Face's; π0 and π0.5 by
/// openpi and LeRobot; our own container.
/// </remarks>
internal static partial class NameMap
{
    // Tried in order; the first match wins. An empty replacement drops the tensor.
    private static readonly (Regex Pattern, string Replacement)[] Rules =
    [
        Rule(@"^(vlm|depth|action|heads|diffusion)\.", "$1."),

        // LeRobot puts "model." before openpi's names.
        Rule(@"^(?:model\.)?paligemma_with_expert\.gemma_expert\.lm_head\.weight$", ""),
        Rule(@"^(?:model\.)?paligemma_with_expert\.gemma_expert\.model\.(layers|norm)\.", "action.$1."),
        Rule(@"^(?:model\.)?(action_in|action_out|state)_proj\.", "heads.$1."),
        Rule(@"^(?:model\.)?(?:action_)?time_mlp_(in|out)\.", "heads.time_$1."),

        // PaliGemma, alone or inside π0.
        Rule(@"^(?:(?:model\.)?paligemma_with_expert\.paligemma\.)?(?:model\.)?vision_tower\.vision_model\.", "vlm.vision."),
        Rule(@"^(?:(?:model\.)?paligemma_with_expert\.paligemma\.)?(?:model\.)?multi_modal_projector\.linear\.", "vlm.projector."),
        Rule(@"^(?:(?:model\.)?paligemma_with_expert\.paligemma\.)?(?:model\.)?language_model\.(?:model\.)?embed_tokens\.", "vlm.embed."),
        Rule(@"^(?:(?:model\.)?paligemma_with_expert\.paligemma\.)?(?:model\.)?language_model\.(?:model\.)?(layers|norm)\.", "vlm.$1."),
        // The output matrix is the embedding; some files keep only this name of it.
        Rule(@"^(?:(?:model\.)?paligemma_with_expert\.paligemma\.|language_model\.)?lm_head\.weight$", "vlm.embed.weight"),

        // Depth Anything V2: its DPT head is not part of DepthVLA.
        Rule(@"^(?:depth_head|neck|head)\.", ""),

        // DINOv2, Hugging Face's names; "backbone." inside Depth Anything.
        Rule(@"^(?:backbone\.)?embeddings\.cls_token$", "depth.encoder.cls_token"),
        Rule(@"^(?:backbone\.)?embeddings\.mask_token$", "depth.encoder.mask_token"),
        Rule(@"^(?:backbone\.)?embeddings\.position_embeddings$", "depth.encoder.pos_embed"),
        Rule(@"^(?:backbone\.)?embeddings\.patch_embeddings\.projection\.", "depth.encoder.patch_embed.proj."),
        Rule(@"^(?:backbone\.)?encoder\.layer\.(\d+)\.(norm1|norm2|mlp\.fc1|mlp\.fc2)\.", "depth.encoder.blocks.$1.$2."),
        Rule(@"^(?:backbone\.)?encoder\.layer\.(\d+)\.attention\.attention\.(query|key|value)\.", "depth.encoder.blocks.$1.attn.qkv.$2."),
        Rule(@"^(?:backbone\.)?encoder\.layer\.(\d+)\.attention\.output\.dense\.", "depth.encoder.blocks.$1.attn.proj."),
        Rule(@"^(?:backbone\.)?encoder\.layer\.(\d+)\.layer_scale([12])\.lambda1$", "depth.encoder.blocks.$1.ls$2.gamma"),
        Rule(@"^(?:backbone\.)?layernorm\.", "depth.encoder.norm."),

        // DINOv2, original names; "pretrained." inside Depth Anything.
        Rule(@"^(?:pretrained\.)?(cls_token|mask_token|pos_embed)$", "depth.encoder.$1"),
        Rule(@"^(?:pretrained\.)?(patch_embed\.proj|blocks\.\d+|norm)\.", "depth.encoder.$1."),
    ];

    /// <summary>Our name for <paramref name="name"/>; false when no rule knows it; an empty name when it is known and not needed.</summary>
    internal static bool TryTranslate(string name, out OwnName own)
    {
        foreach (var (pattern, replacement) in Rules)
        {
            if (!pattern.IsMatch(name)) continue;
            own = replacement.Length == 0 ? new OwnName("") : SplitQkv(pattern.Replace(name, replacement));
            return true;
        }

        own = default;
        return false;
    }

    private static OwnName SplitQkv(string name)
    {
        var match = QkvPart().Match(name);
        if (!match.Success) return new OwnName(name);
        var part = match.Groups[1].Value switch { "query" => 0, "key" => 1, _ => 2 };
        return new OwnName(name.Remove(match.Groups[1].Index, match.Groups[1].Length + 1), part);
    }

    private static (Regex Pattern, string Replacement) Rule(string pattern, string replacement) =>
        (new Regex(pattern, RegexOptions.CultureInvariant), replacement);

    [GeneratedRegex(@"\.attn\.qkv\.(query|key|value)\.")]
    private static partial Regex QkvPart();
}
