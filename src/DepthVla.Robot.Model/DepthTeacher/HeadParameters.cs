namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>A parameter of the DPT head.</summary>
/// <param name="Name">In the original; ours too.</param>
/// <param name="HuggingFaceName">In Hugging Face's port.</param>
/// <param name="Shape">Sizes; a kernel is [out, in, k, k], a transposed one [in, out, k, k].</param>
internal sealed record HeadParameter(string Name, string HuggingFaceName, long[] Shape);

/// <summary>Every parameter of a DPT head that is used.</summary>
internal static class HeadParameters
{
    /// <summary>The coarsest level has nothing below it to add to: files hold a residual unit for that, and nobody reads it.</summary>
    internal static bool IsUnused(string name) =>
        name.StartsWith("depth_head.scratch.refinenet4.resConfUnit1.", StringComparison.Ordinal)
        || name.StartsWith("neck.fusion_stage.layers.0.residual_layer1.", StringComparison.Ordinal);

    internal static IEnumerable<HeadParameter> Of(DepthAnythingConfig config)
    {
        var (width, features) = ((long)config.Encoder.EmbedDim, (long)config.Features);
        for (var i = 0; i < DepthAnythingConfig.Levels; i++)
        {
            var (channels, stage) = ((long)config.OutChannels[i], $"neck.reassemble_stage.layers.{i}");
            foreach (var p in Pair($"depth_head.projects.{i}", $"{stage}.projection", channels, width, 1)) yield return p;
            if (ResizeKernel(i) is { } side)
                foreach (var p in Pair($"depth_head.resize_layers.{i}", $"{stage}.resize", channels, channels, side)) yield return p;
            yield return Kernel($"depth_head.scratch.layer{i + 1}_rn", $"neck.convs.{i}", features, channels, 3);
        }

        for (var i = 0; i < DepthAnythingConfig.Levels; i++)
        {
            // The original counts from the finest, Hugging Face from the coarsest.
            var (own, other) = ($"depth_head.scratch.refinenet{i + 1}", $"neck.fusion_stage.layers.{DepthAnythingConfig.Levels - 1 - i}");
            foreach (var p in Pair($"{own}.out_conv", $"{other}.projection", features, features, 1)) yield return p;
            foreach (var unit in (int[])[1, 2])
            {
                foreach (var step in (int[])[1, 2])
                {
                    var pair = Pair($"{own}.resConfUnit{unit}.conv{step}", $"{other}.residual_layer{unit}.convolution{step}", features, features, 3);
                    foreach (var p in pair) if (!IsUnused(p.Name)) yield return p;
                }
            }
        }

        foreach (var p in Pair("depth_head.scratch.output_conv1", "head.conv1", features / 2, features, 3)) yield return p;
        foreach (var p in Pair("depth_head.scratch.output_conv2.0", "head.conv2", config.HeadFeatures, features / 2, 3)) yield return p;
        foreach (var p in Pair("depth_head.scratch.output_conv2.2", "head.conv3", 1, config.HeadFeatures, 1)) yield return p;
    }

    /// <summary>Side of the kernel that brings a level to its size: four times finer than patches, twice, as fine (none), half as fine.</summary>
    private static long? ResizeKernel(int level) => level switch { 0 => 4, 1 => 2, 2 => null, _ => 3 };

    private static HeadParameter Kernel(string name, string other, long outputs, long inputs, long side) =>
        new($"{name}.weight", $"{other}.weight", [outputs, inputs, side, side]);

    private static HeadParameter[] Pair(string name, string other, long outputs, long inputs, long side) =>
        [Kernel(name, other, outputs, inputs, side), new($"{name}.bias", $"{other}.bias", [outputs])];
}
