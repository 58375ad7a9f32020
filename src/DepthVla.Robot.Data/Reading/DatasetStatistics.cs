using System.Text.Json;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Statistics;

namespace DepthVla.Robot.Data.Reading;

/// <summary>Statistics of state and action over episodes of a dataset.</summary>
/// <param name="State">Of proprioception; null where there is none.</param>
/// <param name="Action">Of what was commanded; null where nothing was.</param>
public sealed record DatasetStatistics(FeatureStatistics? State, FeatureStatistics? Action)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads numbers alone, no pictures.</summary>
    /// <param name="dataset">Where the episodes are.</param>
    /// <param name="indices">Which count: those to train on.</param>
    /// <param name="skipped">Is told of each that cannot be used and does not count.</param>
    public static DatasetStatistics Of(LeRobotDataset dataset, IEnumerable<int> indices, Action<EpisodeProblem> skipped)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var state = dataset.Info.State is { Count: > 0 } s ? new RunningStatistics(s.Count) : null;
        var action = dataset.Info.Action is { Count: > 0 } a ? new RunningStatistics(a.Count) : null;
        foreach (var episode in dataset.ReadEpisodes(indices, skipped, ReadOptions.Numbers))
        {
            foreach (var frame in episode.Frames)
            {
                state?.Add(frame.State.AsSpan());
                action?.Add(frame.Action.AsSpan());
            }
        }
        return new(state is { Count: > 0 } ? state.Result() : null, action is { Count: > 0 } ? action.Result() : null);
    }

    /// <summary>Writes them as LeRobot's meta/stats.json, quantiles included, into the dataset's <paramref name="folder"/>.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var json = new JsonObject();
        if (State is not null) json[Feature.StateKey] = StatisticsJson.Of(State, [State.Mean.Length]);
        if (Action is not null) json[Feature.ActionKey] = StatisticsJson.Of(Action, [Action.Mean.Length]);
        WholeFile.Write(Path.Combine(folder, "meta/stats.json"), json.ToJsonString(Indented));
    }
}
