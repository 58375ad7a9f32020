using System.Globalization;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Inference;

/// <summary>Prints a chunk for people: a row a step, then where the time went.</summary>
internal static class ChunkTable
{
    internal static void Print(ActionChunk chunk, PolicyInfo model)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("t\ns").RightAligned());
        foreach (var heading in Headings(model)) table.AddColumn(new TableColumn(heading).RightAligned());
        var first = model.Actions.FirstStep();
        for (var step = 0; step < chunk.Steps; step++)
        {
            var numbers = chunk.Actions.Slice(step * chunk.Dims, chunk.Dims).ToArray();
            string[] row = [Number((first + step) * chunk.StepPeriodNs / 1e9, 3), .. numbers.Select(a => Number(a, 4))];
            table.AddRow(row);
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"model        {model.Name} {ModelHash.Short(chunk.ModelHash)}, {model.Precision} on {model.Device}{(model.Trained ? "" : "; UNTRAINED, random weights")}");
        Console.WriteLine($"noise seed   {chunk.NoiseSeed}");
        var stages = Enum.GetValues<Stage>().Where(s => chunk.Timings[s] > 0).Select(s => $"{s.ToString().ToLowerInvariant()} {Number(chunk.Timings[s] / 1e6, 1)}");
        Console.WriteLine($"ms           {string.Join(", ", stages)}");
    }

    private static IEnumerable<string> Headings(PolicyInfo model) => model.Actions == ActionRepresentation.ToolPoseDelta
        ? ["dx\nm", "dy\nm", "dz\nm", "rx\nrad", "ry\nrad", "rz\nrad", .. Enumerable.Repeat("gripper", model.Dims - ActionLayout.PoseNumbers)]
        : model.Joints.Select(j => $"{j.Name.Replace("_", "\n", StringComparison.Ordinal)}\n{(j.Unit == JointUnit.Radian ? "rad" : "m")}");

    private static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
