using System.Globalization;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary>Prints a checkpoint for people.</summary>
internal static class CheckpointTable
{
    /// <summary>The one in <paramref name="folder"/>.</summary>
    internal static void Print(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        Print(checkpoint);
    }

    internal static void Print(Checkpoint checkpoint)
    {
        var (config, network) = (checkpoint.Config, checkpoint.Config.Network);

        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string key, string value) => table.AddRow(Markup.Escape(key), Markup.Escape(value));
        Row("name", config.Name);
        Row("trained", config.Trained ? "yes" : "no: weights are random, the arm would move at random");
        Row("hash", checkpoint.Hash);
        Row("parameters", string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Parameters:N0} in {checkpoint.StoredType}"));
        foreach (var group in checkpoint.Weights.Entries.GroupBy(e => e.Name[..e.Name.IndexOf('.', StringComparison.Ordinal)]).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Row($"  {group.Key}", string.Create(CultureInfo.InvariantCulture, $"{group.Sum(e => e.Count):N0}"));
        }

        Row("cameras", $"{string.Join(", ", network.ImageKeys)} at {network.ImageSize} px");
        Row("joints", string.Join(", ", config.Policy.Joints.Select(j => $"{j.Name} {(j.Unit == JointUnit.Radian ? "rad" : "m")}")));
        Row("chunk", string.Create(CultureInfo.InvariantCulture, $"{network.ActionHorizon} steps at {config.Policy.StepRateHz} Hz, {network.NumSteps} flow steps"));
        var isToolPose = config.Policy.Actions == ActionRepresentation.ToolPoseDelta;
        Row("actions", isToolPose ? $"tool poses seen from the pose observed, {config.Policy.Dims} numbers" : "joint positions");
        Row("depth expert", network.HasDepth ? $"{network.DepthTokens} tokens a camera" : "none (pi0)");
        Row("tokenizer", config.Policy.Tokenizer.ToString());
        if (config.Seed is { } seed) Row("seed", seed.ToString(CultureInfo.InvariantCulture));
        if (config.Sources is { } sources) Row("sources", string.Join(", ", sources));
        AnsiConsole.Write(table);
    }
}
