using System.Globalization;
using DepthVla.Admin.V1;
using DepthVla.Policy.V1;
using DepthVla.Robot.Core.Policies;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Models;

/// <summary>Models of a server, for people.</summary>
internal static class ModelTable
{
    internal static void Print(ListModelsResponse listed)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("served as", "", "model", "hash", "parameters", "precision", "device");
        foreach (var named in listed.Models)
        {
            Row(named.Name, "served", named.Served);
            if (named.Standby is { } standby) Row(named.Name, named.CanRollBack ? "stands by, was served before" : "stands by", standby);
        }

        AnsiConsole.Write(table);
        if (listed.Checkpoints.Count > 0) Console.WriteLine($"may be loaded: {string.Join(", ", listed.Checkpoints)}");

        void Row(string name, string place, ModelInfo model) => table.AddRow(
            [.. new[] { name, place, model.Name, Short(model), model.Parameters.ToString("N0", CultureInfo.InvariantCulture), model.Precision, model.Device }.Select(text => new Text(text))]);
    }

    internal static void Print(ModelInfo served, uint kept, IReadOnlyList<string> ended) =>
        Console.WriteLine($"{Of(served)} is served: {kept} session(s) went on, {ended.Count} ended{(ended.Count > 0 ? $" ({string.Join(", ", ended)})" : "")}");

    internal static string Of(ModelInfo model) => $"{model.Name} {Short(model)}{(model.Trained ? "" : ", UNTRAINED,")}";

    internal static string Short(ModelInfo model) => ModelHash.Short(model.ModelHash);
}
