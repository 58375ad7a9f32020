using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Import;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Import;

public sealed class ImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("import").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("vision_tower.vision_model.encoder.layers.3.mlp.fc1.bias", "vlm.vision.encoder.layers.3.mlp.fc1.bias")]
    [InlineData("model.vision_tower.vision_model.post_layernorm.weight", "vlm.vision.post_layernorm.weight")]
    [InlineData("language_model.model.embed_tokens.weight", "vlm.embed.weight")]
    [InlineData("model.language_model.embed_tokens.weight", "vlm.embed.weight")]
    [InlineData("language_model.model.layers.17.self_attn.q_proj.weight", "vlm.layers.17.self_attn.q_proj.weight")]
    [InlineData("model.language_model.norm.weight", "vlm.norm.weight")]
    [InlineData("model.multi_modal_projector.linear.bias", "vlm.projector.bias")]
    [InlineData("lm_head.weight", "vlm.embed.weight")]
    [InlineData("paligemma_with_expert.paligemma.lm_head.weight", "vlm.embed.weight")]
    [InlineData("paligemma_with_expert.paligemma.model.language_model.layers.0.input_layernorm.weight", "vlm.layers.0.input_layernorm.weight")]
    [InlineData("model.paligemma_with_expert.paligemma.model.vision_tower.vision_model.embeddings.patch_embedding.bias", "vlm.vision.embeddings.patch_embedding.bias")]
    [InlineData("model.paligemma_with_expert.gemma_expert.model.layers.2.mlp.up_proj.weight", "action.layers.2.mlp.up_proj.weight")]
    [InlineData("paligemma_with_expert.gemma_expert.model.norm.dense.bias", "action.norm.dense.bias")]
    [InlineData("paligemma_with_expert.gemma_expert.lm_head.weight", "")]
    [InlineData("model.action_time_mlp_in.weight", "heads.time_in.weight")]
    [InlineData("time_mlp_out.bias", "heads.time_out.bias")]
    [InlineData("model.state_proj.bias", "heads.state.bias")]
    [InlineData("action_out_proj.weight", "heads.action_out.weight")]
    [InlineData("pretrained.blocks.5.attn.qkv.weight", "depth.encoder.blocks.5.attn.qkv.weight")]
    [InlineData("blocks.5.ls1.gamma", "depth.encoder.blocks.5.ls1.gamma")]
    [InlineData("pretrained.pos_embed", "depth.encoder.pos_embed")]
    [InlineData("backbone.encoder.layer.5.layer_scale2.lambda1", "depth.encoder.blocks.5.ls2.gamma")]
    [InlineData("encoder.layer.5.attention.output.dense.bias", "depth.encoder.blocks.5.attn.proj.bias")]
    [InlineData("backbone.layernorm.weight", "depth.encoder.norm.weight")]
    [InlineData("depth_head.scratch.output_conv1.weight", "")]
    [InlineData("neck.convs.0.weight", "")]
    [InlineData("depth.head.weight", "depth.head.weight")]
    public void TryTranslate_PublicName_GivesOurs(string name, string ours)
    {
        Assert.True(NameMap.TryTranslate(name, out var own));
        Assert.Equal(ours, own.Name);
    }

    [Theory]
    [InlineData("backbone.encoder.layer.1.attention.attention.query.weight", 0)]
    [InlineData("encoder.layer.1.attention.attention.key.weight", 1)]
    [InlineData("encoder.layer.1.attention.attention.value.weight", 2)]
    public void TryTranslate_SplitQkv_NamesTheRows(string name, int part)
    {
        Assert.True(NameMap.TryTranslate(name, out var own));
        Assert.Equal(new OwnName("depth.encoder.blocks.1.attn.qkv.weight", part), own);
    }

    [Theory]
    [InlineData("transformer.h.0.attn.weight")]
    [InlineData("optimizer.step")]
    public void TryTranslate_UnknownName_IsFalse(string name) => Assert.False(NameMap.TryTranslate(name, out _));

    /// <summary>As the paper does per expert: VLM and action expert from π0, DINOv2 from Depth Anything, the decoder from the seed.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("model.")]
    public void Import_Pi0AndDepthAnything_AssemblesADepthVla(string prefix)
    {
        var (pi0, depth) = (Of(FixtureKind.Pi0), Of(FixtureKind.DepthAnythingV2));
        var config = Assembled(pi0, depth);
        var renamed = Path.Combine(_folder, "lerobot.safetensors");
        Rename(pi0.InFolder("weights.safetensors"), renamed, name => prefix + name);

        var report = CheckpointWriter.Import(Path.Combine(_folder, "out"), config, Stats(config), null, DType.Float32, [(renamed, null), (depth.InFolder("weights.safetensors"), null)]);

        Assert.Equal(["vlm", "depth.encoder", "action", "heads"], report.Imported);
        Assert.Equal(["depth.decoder", "depth.head"], report.Initialised);
        Assert.Contains(report.Ignored, n => n.StartsWith("depth_head.", StringComparison.Ordinal));
        using var scope = new TensorScope();
        using var source = SafetensorsFile.Open(renamed);
        using var written = Checkpoint.Open(Path.Combine(_folder, "out"));
        Assert.Equal(source.Tensor(prefix + "state_proj.weight").ToArray<float>(), written.Weights.Tensor("heads.state.weight").ToArray<float>());
        Assert.Equal(source.Tensor(prefix + "paligemma_with_expert.paligemma.lm_head.weight").ToArray<float>(), written.Weights.Tensor("vlm.embed.weight").ToArray<float>());
    }

    /// <summary>Query, key and value apart (Hugging Face) give the same matrix as the original's fused one.</summary>
    [Fact]
    public void Import_SplitAndFusedQkv_GiveTheSameWeights()
    {
        var fixture = Of(FixtureKind.DinoV2);
        var table = ParameterTable.For(FixtureNetworks.AroundEncoder(FixtureNetworks.DinoV2(fixture.Config, 0.1)));
        using var scope = new TensorScope();
        using var fused = SafetensorsSet.Open(fixture.InFolder("weights_original.safetensors"));
        using var split = SafetensorsSet.Open(fixture.InFolder("weights.safetensors"));
        var (a, b) = (new ImportedWeights([new(fused)], table), new ImportedWeights([new(split)], table));
        Assert.Equal(a.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), b.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        foreach (var (name, _) in a.Tensors) Assert.Equal(a.Open(name).ToArray<float>(), b.Open(name).ToArray<float>());
    }

    /// <summary>Hugging Face pads the embedding with rows that no token has; newer files carry the tied output matrix besides.</summary>
    [Fact]
    public void Import_NewerPaliGemmaNames_PaddedTiedEmbedding_TakesTheRowsThatCount()
    {
        var fixture = Of(FixtureKind.PaliGemma);
        var full = FixtureNetworks.PaliGemma(fixture.Config);
        var config = full with { VocabSize = full.VocabSize - 64 };
        var newer = Path.Combine(_folder, "newer.safetensors");
        Rename(fixture.InFolder("weights.safetensors"), newer,
            n => "model." + n.Replace("language_model.model.", "language_model.", StringComparison.Ordinal), ("lm_head.weight", "language_model.model.embed_tokens.weight"));
        using var scope = new TensorScope();
        using var set = SafetensorsSet.Open(newer);

        var imported = new ImportedWeights([new(set, "vlm")], ParameterTable.For(config));

        Assert.Empty(imported.Problems);
        Assert.Equal(["lm_head.weight"], imported.Ignored);
        Assert.Equal([config.VocabSize, config.Vlm.Width], imported.Open("vlm.embed.weight").Shape.ToArray());
        var all = set.Tensor("model.language_model.embed_tokens.weight").ToArray<float>();
        Assert.Equal(all[..(config.VocabSize * config.Vlm.Width)], imported.Open("vlm.embed.weight").ToArray<float>()); // the first rows, not any others
    }

    [Fact]
    public void Import_UnknownMissingMisshapenAndDoubled_AreAllListed()
    {
        var (pi0, depth) = (Of(FixtureKind.Pi0), Of(FixtureKind.DepthAnythingV2));
        var config = Assembled(pi0, depth);
        config = config with { Network = config.Network with { ActionHorizon = 3, ActionDim = config.Network.ActionDim + 1, StateDim = config.Network.StateDim } };
        var broken = Path.Combine(_folder, "broken.safetensors");
        Rename(pi0.InFolder("weights.safetensors"), broken, n => n == "state_proj.bias" ? "what.is.this" : n);

        var e = Assert.Throws<CheckpointException>(() => CheckpointWriter.Import(Path.Combine(_folder, "out"), config, Stats(config), null, DType.Float32,
            [(broken, null), (depth.InFolder("weights.safetensors"), null), (depth.InFolder("weights.safetensors"), null)]));

        Assert.Contains(e.Problems, p => p.StartsWith("unknown: what.is.this", StringComparison.Ordinal));
        Assert.Contains(e.Problems, p => p.StartsWith("missing: heads.state.bias", StringComparison.Ordinal));
        Assert.Contains(e.Problems, p => p.StartsWith("mis-shaped: heads.action_in.weight", StringComparison.Ordinal));
        Assert.Contains(e.Problems, p => p.StartsWith("mis-shaped: heads.action_out.bias", StringComparison.Ordinal));
        Assert.Contains(e.Problems, p => p.StartsWith("twice: depth.encoder.cls_token", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_folder, "out", "model.safetensors")));
    }

    private static Fixture Of(FixtureKind kind) => FixtureFolders.Of(kind).First().Data;

    private static CheckpointConfig Assembled(Fixture pi0, Fixture depth)
    {
        var network = FixtureNetworks.Pi(pi0);
        var json = depth.Config.GetProperty("encoder");
        var encoder = FixtureNetworks.DinoV2(json, json.GetProperty("interpolate_offset").GetDouble());
        var tiny = Presets.Load("depthvla-tiny-joints");
        return tiny with
        {
            Network = network with
            {
                DepthImageSize = network.ImageSize, DepthEncoder = encoder, DepthHead = new DepthHeadConfig { Pixels = encoder.PatchSize * encoder.PatchSize },
                DepthDecoder = network.ActionExpert! with { Width = encoder.EmbedDim },
            },
        };
    }

    private static NormStats Stats(CheckpointConfig config) => Presets.NominalStats();

    private static void Rename(string from, string to, Func<string, string> rename, (string Name, string CopyOf)? more = null)
    {
        using var file = SafetensorsFile.Open(from);
        TensorSource Copy(string name, TensorEntry e) => new(name, e.DType, e.Shape, s => s.Write(file.Bytes(e.Name)));
        List<TensorSource> tensors = [.. file.Header.Entries.Select(e => Copy(rename(e.Name), e))];
        if (more is { } m) tensors.Add(Copy(m.Name, file.Entry(m.CopyOf)));
        SafetensorsWriter.Write(to, tensors);
    }
}
