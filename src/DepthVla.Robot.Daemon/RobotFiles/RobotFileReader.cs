using System.Text.Json;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.RobotFiles;

/// <summary>Reads a robot file field by field: every problem is collected, and names its field.</summary>
internal sealed class RobotFileReader
{
    private const double FarthestMetres = 10, LongestToolMetres = 2, LeastSideMetres = 0.001;

    private readonly string _path;
    private readonly ICollection<SettingProblem> _problems;

    private RobotFileReader(string path, ICollection<SettingProblem> problems) => (_path, _problems) = (path, problems);

    /// <summary>What the file says; as far as it can be read, when it has problems.</summary>
    /// <param name="path">JSON; comments and trailing commas are allowed.</param>
    /// <param name="problems">Gets everything that is wrong.</param>
    public static RobotFile Read(string path, ICollection<SettingProblem> problems)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return new RobotFileReader(path, problems).Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, "JSON", e.Message, "correct the robot file"));
            return RobotFile.None;
        }
    }

    private RobotFile Read(JsonElement root)
    {
        var file = new RobotFile { Path = _path };
        foreach (var property in Properties("", root, "workspace, tool, keep_out, joints"))
        {
            file = property.Name switch
            {
                "workspace" => file with { Workspace = Box("workspace", property.Value) },
                "tool" => file with { Tool = Vector("tool", property.Value, LongestToolMetres) },
                "keep_out" => file with { KeepOut = [.. KeepOut(property.Value)] },
                _ => file with { Joints = [.. Joints(property.Value)] },
            };
        }

        return file;
    }

    private WorkspaceBox? Box(string field, JsonElement value)
    {
        Vector3d? min = null, max = null;
        foreach (var corner in Properties(field, value, "min, max"))
        {
            var point = Vector($"{field}.{corner.Name}", corner.Value, FarthestMetres);
            if (corner.Name == "min") min = point;
            else max = point;
        }

        if (min is not { } low || max is not { } high)
        {
            if (!value.TryGetProperty("min", out _) || !value.TryGetProperty("max", out _)) Refuse(field, "both min and max", value.ToString(), "add what is missing");
            return null;
        }

        var size = high - low;
        if (!(Math.Min(size.X, Math.Min(size.Y, size.Z)) >= LeastSideMetres)) Refuse(field, "max above min on each axis, by 1 mm and more", value.ToString(), "swap or widen them");
        return new(low, high);
    }

    // Each under the name that a start refuses the arm by.
    private IEnumerable<KeepOutBox> KeepOut(JsonElement value)
    {
        foreach (var box in Properties("keep_out", value, null))
            if (Box($"keep_out.{box.Name}", box.Value) is { } place) yield return new(box.Name, place);
    }

    private IEnumerable<(string, JointLimit, double)> Joints(JsonElement value)
    {
        var limits = string.Join(", ", JointLimit.All.Select(limit => limit.Name));
        foreach (var joint in Properties("joints", value, null))
        {
            foreach (var property in Properties($"joints.{joint.Name}", joint.Value, limits))
            {
                var limit = JointLimit.All.Single(l => l.Name == property.Name);
                var (least, expected) = limit.Name.EndsWith("position", StringComparison.Ordinal) ? (double.MinValue, "a number") : (double.Epsilon, "a number above 0");
                if (property.Value.ValueKind == JsonValueKind.Number && property.Value.GetDouble() is var number && double.IsFinite(number) && number >= least)
                    yield return (joint.Name, limit, number);
                else Refuse($"joints.{joint.Name}.{property.Name}", expected, property.Value.ToString(), "rad or m, s");
            }
        }
    }

    private Vector3d? Vector(string field, JsonElement value, double farthest)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3 && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && Math.Abs(v.GetDouble()) <= farthest))
            return new(value[0].GetDouble(), value[1].GetDouble(), value[2].GetDouble());
        Refuse(field, $"three numbers, m, none farther than {farthest}", value.ToString(), "write [x, y, z]");
        return null;
    }

    // Those with a known name, each once; null knows all names.
    private List<JsonProperty> Properties(string field, JsonElement value, string? names)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(field.Length == 0 ? "all of it" : field, "an object", value.ToString(), names is null ? "give each thing in it its name" : $"it may have {names}");
            return [];
        }

        var known = new List<JsonProperty>();
        foreach (var property in value.EnumerateObject())
        {
            var path = field.Length == 0 ? property.Name : $"{field}.{property.Name}";
            if (names is not null && !names.Split(", ").Contains(property.Name)) Refuse(path, names, property.Name, "correct the name");
            else if (known.Any(other => other.Name == property.Name)) Refuse(path, "each name once", "it again", "remove one");
            else known.Add(property);
        }

        return known;
    }

    private void Refuse(string field, string expected, string actual, string remedy) => _problems.Add(new($"{_path}: {field}", expected, actual, remedy));
}
