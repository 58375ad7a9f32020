using System.Collections.Immutable;
using System.Text.Json;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.OpenPi.Mapping;

/// <summary>Reads a <see cref="PolicyMapping"/>.</summary>
public static class PolicyMappingFile
{
    private const string Fields = "images, image_size, state, prompt, actions, steps, step_rate_hz, execute_steps, scale, gripper, state_gripper";

    /// <summary>What the file says; as far as it can be read, when it has problems.</summary>
    /// <param name="path">JSON; comments and trailing commas are allowed.</param>
    /// <param name="problems">Gets everything that is wrong.</param>
    public static PolicyMapping Read(string path, ICollection<SettingProblem> problems)
    {
        using var file = MappingFile.Open(path, Fields, problems);
        var steps = (int)file.Number("steps", 1, 1000, null);
        return new()
        {
            Images = file.Texts("images"),
            ImageSize = (int)file.Number("image_size", 0, 2048, 0),
            State = State(file),
            Prompt = file.Text("prompt", "prompt"),
            Actions = Named<ActionMeaning>(file.Field("actions")) is { } meaning ? meaning : Refused<ActionMeaning>(file, "actions"),
            Steps = steps,
            StepRateHz = file.Number("step_rate_hz", 1, 200, null),
            ExecuteSteps = file.Field("execute_steps") is null ? null : (int)file.Number("execute_steps", 1, steps, null),
            Scale = Scale(file),
            Gripper = Gripper(file, "gripper"),
            StateGripper = Gripper(file, "state_gripper"),
        };
    }

    private static ImmutableArray<(string, ImmutableArray<StatePart>)> State(MappingFile file)
    {
        var keys = new List<(string, ImmutableArray<StatePart>)>();
        if (file.Field("state") is { ValueKind: JsonValueKind.Object } state)
        {
            foreach (var key in state.EnumerateObject())
            {
                var parts = key.Value.ValueKind == JsonValueKind.Array ? key.Value.EnumerateArray().Select(part => Named<StatePart>(part)).ToArray() : [];
                if (parts.Length == 0 || parts.Contains(null)) file.Refuse("state", $"a list of {Names<StatePart>()} for '{key.Name}'", "correct it");
                else keys.Add((key.Name, [.. parts.Select(part => part!.Value)]));
            }
        }
        else file.Refuse("state", "an object of keys with their parts", "write { \"observation/state\": [\"joints\"] }");

        return [.. keys];
    }

    private static ImmutableArray<double> Scale(MappingFile file)
    {
        if (file.Field("scale") is not { } scale) return [];
        if (scale.ValueKind == JsonValueKind.Number) return [scale.GetDouble()];
        if (scale.ValueKind == JsonValueKind.Array && scale.GetArrayLength() > 0 && scale.EnumerateArray().All(number => number.ValueKind == JsonValueKind.Number)) return [.. scale.EnumerateArray().Select(number => number.GetDouble())];
        file.Refuse("scale", "a number, or a list of them", "one for all, or one for each joint or each of the tool's six numbers");
        return [];
    }

    private static GripperScale? Gripper(MappingFile file, string name)
    {
        if (file.Field(name) is not { } gripper) return null;
        if (gripper.ValueKind == JsonValueKind.Object && gripper.TryGetProperty("open", out var open) && gripper.TryGetProperty("closed", out var closed)
            && open.ValueKind == JsonValueKind.Number && closed.ValueKind == JsonValueKind.Number && open.GetDouble() != closed.GetDouble()) return new(open.GetDouble(), closed.GetDouble());
        file.Refuse(name, "two different numbers", "write { \"open\": -1, \"closed\": 1 }");
        return null;
    }

    private static T Refused<T>(MappingFile file, string name) where T : struct, Enum
    {
        file.Refuse(name, Names<T>(), "say one of them");
        return default;
    }

    private static T? Named<T>(JsonElement? text) where T : struct, Enum => text is { ValueKind: JsonValueKind.String } name
        && Enum.TryParse<T>(name.GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
}
