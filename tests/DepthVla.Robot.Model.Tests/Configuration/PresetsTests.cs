using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Weights;

namespace DepthVla.Robot.Model.Tests.Configuration;

public sealed class PresetsTests
{
    [Theory]
    [InlineData("depthvla-3b", 3_854_083_028)]
    [InlineData("pi0-3b", 3_238_048_528)]
    [InlineData("depthvla-tiny-joints", 4_206_092)]
    public void Load_Preset_HasThePublishedNumberOfParameters(string name, long parameters)
    {
        var config = Presets.Load(name);
        Assert.Empty(CheckpointConfigCheck.Problems(config, Presets.NominalStats()));
        Assert.Equal(parameters, ParameterTable.For(config.Network).Count);
    }

    /// <summary>Part by part, as published for PaliGemma, π0, DINOv2-L and the paper's depth expert.</summary>
    [Theory]
    [InlineData("vlm.vision.", 412_442_352)]
    [InlineData("vlm.projector.", 2_361_344)]
    [InlineData("vlm.embed.", 526_647_296)]
    [InlineData("vlm.", 2_923_335_408)]
    [InlineData("action.", 311_464_960)]
    [InlineData("heads.", 3_248_160)]
    [InlineData("depth.encoder.", 304_368_640)]
    [InlineData("depth.decoder.", 311_464_960)]
    [InlineData("depth.head.", 200_900)]
    [InlineData("depth.", 616_034_500)]
    public void ParameterTable_Of3B_CountsEachPart(string prefix, long parameters) => Assert.Equal(parameters,
        ParameterTable.For(Presets.Load("depthvla-3b").Network).Parameters.Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(p => p.Count));

    [Fact]
    public void Load_UnknownName_ListsTheNames() =>
        Assert.Contains("depthvla-3b, depthvla-tiny-joints, pi0-3b", Assert.Throws<FormatException>(() => Presets.Load("depthvla-7b")).Message, StringComparison.Ordinal);

    [Fact]
    public void Problems_ManyAtOnce_AreAllListed()
    {
        var good = Presets.Load("depthvla-tiny-joints");
        var network = good.Network with
        {
            Profile = "galaxea",
            ImageSize = 100,
            Vlm = good.Network.Vlm with { NumKvHeads = 3, HeadDim = 7 },
            DepthHead = good.Network.DepthHead! with { Pixels = 4 },
            ActionExpert = good.Network.ActionExpert! with { Depth = 5 },
        };
        var stats = Presets.NominalStats();
        var broken = stats with { Stats = stats.Stats with { State = stats.Stats.State with { Mean = [1, double.NaN], Std = [-1] } } };

        var problems = CheckpointConfigCheck.Problems(good with { Network = network, Policy = good.Policy with { DeltaMask = [true], StepRateHz = 0 } }, broken);

        foreach (var key in (string[])["network.profile", "network.image_size", "network.vlm.num_heads", "network.vlm.head_dim", "network.depth_head.pixels",
            "network.action_expert.depth", "policy.delta_mask", "policy.step_rate_hz", "norm_stats.state.mean", "norm_stats.state.std"])
        {
            Assert.Contains(problems, p => p.StartsWith(key + ":", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""{"format":"depthvla-checkpoint-1"}""", "required")]
    [InlineData("""{"nmae":"x"}""", "nmae")]
    [InlineData("""[]""", "config.json")]
    [InlineData("""{""", "config.json")]
    [InlineData("""null""", "null")]
    public void Read_WrongJson_NamesFileAndKey(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ModelJson.Read<CheckpointConfig>(json, "config.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_ThenRead_IsTheSame()
    {
        var config = Presets.Load("depthvla-3b");
        Assert.Equal(ModelJson.Write(config), ModelJson.Write(ModelJson.Read<CheckpointConfig>(ModelJson.Write(config), "config.json")));
    }
}
