using System.Globalization;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Statistics;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Datasets;

/// <summary>Prints a dataset for people.</summary>
internal static class DatasetTable
{
    private const int MostTasks = 20;

    internal static void Print(LeRobotDataset dataset, IReadOnlyCollection<int> sound, DatasetStatistics statistics)
    {
        AnsiConsole.Write(Overview(dataset, sound));
        AnsiConsole.Write(Features(dataset.Info));
        if (statistics.State is { } state) AnsiConsole.Write(Statistics(dataset.Info.State!, state));
        if (statistics.Action is { } action) AnsiConsole.Write(Statistics(dataset.Info.Action!, action));
    }

    private static Table Overview(LeRobotDataset dataset, IReadOnlyCollection<int> sound)
    {
        var (info, episodes) = (dataset.Info, dataset.Episodes);
        var frames = episodes.Sum(entry => (long)entry.Length);
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string key, string value) => table.AddRow(Markup.Escape(key), Markup.Escape(value));
        Row("layout", info.Version);
        if (info.RobotType is { } robot) Row("robot", robot);
        Row("episodes", sound.Count == episodes.Length ? $"{episodes.Length}" : $"{episodes.Length}, of which {sound.Count} can be used");
        Row("frames", string.Create(CultureInfo.InvariantCulture, $"{frames:N0} at {info.Fps} a second: {frames / info.Fps:N0} s"));
        if (episodes.Length > 0)
        {
            int[] lengths = [.. episodes.Select(entry => entry.Length).Order()];
            Row("frames an episode", $"{lengths[0]} to {lengths[^1]}, half of them {lengths[lengths.Length / 2]} or more");
        }
        var tasks = episodes.SelectMany(entry => entry.Tasks).GroupBy(task => task)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).ToList();
        Row("tasks", $"{tasks.Count}");
        foreach (var task in tasks.Take(MostTasks)) Row($"  {task.Count()} {(task.Count() == 1 ? "episode" : "episodes")}", task.Key);
        if (tasks.Count > MostTasks) Row($"  {tasks.Skip(MostTasks).Sum(same => same.Count())} episodes", $"{tasks.Count - MostTasks} more tasks");
        foreach (var note in dataset.Notes) Row("note", note);
        return table;
    }

    private static Table Features(DatasetInfo info)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("feature").AddColumn("type").AddColumn("shape").AddColumn("names");
        foreach (var feature in info.Features)
        {
            var type = feature.IsDepth ? $"{feature.DType}, depth in mm" : feature.DType;
            string[] row = [feature.Key, type, string.Join(" × ", feature.Shape), feature.IsNumber ? string.Join(", ", feature.Names) : ""];
            table.AddRow([.. row.Select(Markup.Escape)]);
        }
        return table;
    }

    private static Table Statistics(Feature feature, FeatureStatistics statistics)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(Markup.Escape(feature.Key));
        foreach (var name in (string[])["mean", "std", "min", "q01", "q99", "max"]) table.AddColumn(new TableColumn(name).RightAligned());
        for (var i = 0; i < statistics.Mean.Length; i++)
        {
            double[] numbers = [statistics.Mean[i], statistics.Std[i], statistics.Min[i], statistics.Q01[i], statistics.Q99[i], statistics.Max[i]];
            var name = i < feature.Names.Length ? feature.Names[i] : $"{i}";
            table.AddRow([Markup.Escape(name), .. numbers.Select(number => number.ToString("0.####", CultureInfo.InvariantCulture))]);
        }
        return table;
    }
}
