using System.Text.Json;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>What another implementation of the same sizes took, beside what we took.</summary>
internal static class PeerReports
{
    /// <summary>The reports in a file: one, or an array of them.</summary>
    /// <exception cref="FormatException">It is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<ModelReport> Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind == JsonValueKind.Array
                ? JsonReport.Read<ModelReport[]>(json.RootElement) : [JsonReport.Read<ModelReport>(json.RootElement)];
        }
        catch (JsonException e)
        {
            throw new FormatException($"--peer: expected what bench model --json or benchmarks/peers/torch_model.py writes, got {path}: {e.Message}", e);
        }
    }

    /// <summary>Holds a peer to our sizes: other sizes would say nothing.</summary>
    /// <exception cref="FormatException">It measured something else; everything that differs is named.</exception>
    internal static void RequireSameSizes(ModelReport ours, ModelReport peer)
    {
        List<string> differences = [];
        void Same(string name, double mine, double theirs)
        {
            if (Math.Abs(mine - theirs) > 1e-3 * Math.Abs(mine)) differences.Add(FormattableString.Invariant($"{name} {mine:0.####} here, {theirs:0.####} there"));
        }

        Same("cameras", ours.Cameras, peer.Cameras);
        Same("text_tokens", ours.TextTokens, peer.TextTokens);
        Same("horizon", ours.Horizon, peer.Horizon);
        Same("flow_steps", ours.FlowSteps, peer.FlowSteps);
        foreach (var (mine, theirs) in Shared(ours, peer)) Same($"{mine.Name} gflop", mine.Gflop, theirs.Gflop);
        if (differences.Count > 0) throw new FormatException($"--peer: expected the sizes of {ours.Model}, got others in {peer.Engine}: {string.Join("; ", differences)}. Measure both with one checkpoint and the same options.");
    }

    /// <summary>A row a stage: how long it takes here and there.</summary>
    internal static void Print(ModelReport ours, IReadOnlyList<ModelReport> peers)
    {
        foreach (var peer in peers)
        {
            Console.WriteLine($"peer   {peer.Model}, {peer.Engine}, {peer.Precision} on {peer.Device}; {peer.Hardware}; {peer.Runtime}; {Text.Number(peer.ProductGflops, 0)} GFLOP/s, {Text.Number(peer.CopyGbytes, 1)} GB/s");
            if (Processor(peer) != Processor(ours)) Console.WriteLine($"       measured on {Processor(peer)}, not on {Processor(ours)}: the ratios compare machines, too");
            var table = new Table().Border(TableBorder.Rounded).AddColumn("stage");
            foreach (var column in (string[])["p50 ms", "peer's p50 ms", "peer ÷ ours", "p99 ms", "peer's p99 ms"]) table.AddColumn(new TableColumn(column).RightAligned());
            foreach (var (mine, theirs) in Shared(ours, peer))
                table.AddRow(mine.Name, Text.Number(mine.P50Ms, 2), Text.Number(theirs.P50Ms, 2), Text.Number(theirs.P50Ms / mine.P50Ms, 2), Text.Number(mine.P99Ms, 2), Text.Number(theirs.P99Ms, 2));
            AnsiConsole.Write(table);
        }
    }

    // The card, or without one the CPU, comes first.
    private static string Processor(ModelReport report) => report.Hardware.Split(',')[0];

    private static IEnumerable<(StageRow Mine, StageRow Theirs)> Shared(ModelReport ours, ModelReport peer) => ours.Stages.Join(peer.Stages, s => s.Name, s => s.Name, (mine, theirs) => (mine, theirs));
}
