using System.Text.Json.Nodes;

namespace DepthVla.Robot.Learning.Configuration;

/// <summary>RFC 7396: what a patch says replaces what is there, null takes it away, objects are merged key by key.</summary>
internal static class MergePatch
{
    /// <summary>A new object; neither argument is changed.</summary>
    internal static JsonObject Apply(JsonObject target, JsonObject? patch)
    {
        var result = target.DeepClone().AsObject();
        if (patch is null) return result;
        foreach (var (key, value) in patch)
        {
            if (value is null) result.Remove(key);
            else if (value is JsonObject inner) result[key] = Apply(result[key] as JsonObject ?? [], inner);
            else result[key] = value.DeepClone();
        }

        return result;
    }

    /// <summary>One patch that does what <paramref name="first"/> and then <paramref name="second"/> would; what they take away is still to be taken.</summary>
    internal static JsonObject Join(JsonObject? first, JsonObject? second)
    {
        var result = first?.DeepClone().AsObject() ?? [];
        foreach (var (key, value) in second ?? [])
            result[key] = value is JsonObject inner ? Join(result[key] as JsonObject, inner) : value?.DeepClone();
        return result;
    }
}
