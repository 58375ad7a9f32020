using System.Text.Json.Nodes;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>A query of a panel.</summary>
/// <param name="Expression">PromQL.</param>
/// <param name="Legend">What its lines are called.</param>
internal sealed record Query(string Expression, string Legend);

/// <summary>A panel of a dashboard.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Kind">Grafana's type of it.</param>
/// <param name="Unit">Grafana's name of the unit.</param>
/// <param name="Width">Of 24 columns.</param>
/// <param name="Queries">What it draws.</param>
internal sealed record Panel(string Title, string Kind, string Unit, int Width, params Query[] Queries)
{
    /// <summary>Where a line is drawn that should not be crossed.</summary>
    public double? Limit { get; init; }

    /// <summary>Whether areas are laid upon each other.</summary>
    public bool Stacked { get; init; }
}

/// <summary>Dashboards in Grafana's JSON.</summary>
internal static class Grafana
{
    private const int Height = 8;

    /// <summary>A whole dashboard.</summary>
    /// <param name="id">Its name for addresses.</param>
    /// <param name="title">Its name for people.</param>
    /// <param name="variable">The label that one chooses by.</param>
    /// <param name="from">A metric that has it.</param>
    /// <param name="panels">In reading order.</param>
    public static string Write(string id, string title, string variable, string from, IEnumerable<Panel> panels)
    {
        var (x, y, placed) = (0, 0, new JsonArray());
        foreach (var panel in panels)
        {
            if (x + panel.Width > 24) (x, y) = (0, y + Height);
            placed.Add(Of(panel, placed.Count + 1, x, y));
            x += panel.Width;
        }

        var dashboard = new JsonObject
        {
            ["uid"] = id, ["title"] = title, ["tags"] = new JsonArray("depthvla"), ["schemaVersion"] = 39, ["refresh"] = "10s", ["editable"] = true,
            ["time"] = new JsonObject { ["from"] = "now-1h", ["to"] = "now" },
            ["templating"] = new JsonObject
            {
                ["list"] = new JsonArray(
                    new JsonObject { ["name"] = "datasource", ["type"] = "datasource", ["query"] = "prometheus", ["label"] = "data source" },
                    new JsonObject
                    {
                        ["name"] = variable, ["type"] = "query", ["query"] = $"label_values({from}, {variable})", ["datasource"] = Source(),
                        ["multi"] = true, ["includeAll"] = true, ["allValue"] = ".*", ["refresh"] = 2, ["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" },
                    }),
            },
            ["panels"] = placed,
        };
        return dashboard.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    /// <summary>Every expression of a dashboard as Prometheus would be asked, whatever is chosen.</summary>
    public static IEnumerable<string> Expressions(string dashboard) => JsonNode.Parse(dashboard)!["panels"]!.AsArray()
        .SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => target!["expr"]!.GetValue<string>())
        .Select(expression => expression.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal).Replace("$robot", ".*", StringComparison.Ordinal));

    private static JsonObject Of(Panel panel, int number, int x, int y)
    {
        var custom = panel.Kind == "timeseries" ? new JsonObject { ["fillOpacity"] = panel.Stacked ? 40 : 5, ["stacking"] = new JsonObject { ["mode"] = panel.Stacked ? "normal" : "none" } } : [];
        var steps = new JsonArray(new JsonObject { ["color"] = "green", ["value"] = null });
        if (panel.Limit is { } limit)
        {
            steps.Add(new JsonObject { ["color"] = "red", ["value"] = limit });
            if (panel.Kind == "timeseries") custom["thresholdsStyle"] = new JsonObject { ["mode"] = "dashed" };
        }

        return new()
        {
            ["id"] = number, ["title"] = panel.Title, ["type"] = panel.Kind, ["datasource"] = Source(),
            ["gridPos"] = new JsonObject { ["x"] = x, ["y"] = y, ["w"] = panel.Width, ["h"] = Height },
            ["fieldConfig"] = new JsonObject
            {
                ["defaults"] = new JsonObject { ["unit"] = panel.Unit, ["custom"] = custom, ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = steps } },
                ["overrides"] = new JsonArray(),
            },
            ["targets"] = new JsonArray([.. panel.Queries.Select((query, i) => new JsonObject
            {
                ["refId"] = $"{(char)('A' + i)}", ["expr"] = query.Expression, ["legendFormat"] = query.Legend, ["datasource"] = Source(),
                ["format"] = panel.Kind == "heatmap" ? "heatmap" : "time_series",
            })]),
        };
    }

    private static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };
}
