using DepthVla.Robot.Settings;

namespace DepthVla.Robot.OpenPi.Mapping;

/// <summary>Reads <see cref="ObservationKeys"/>: <c>{ "images": ["…"], "state": ["…"], "prompt": "…" }</c>.</summary>
public static class ObservationKeysFile
{
    /// <summary>What the file says; as far as it can be read, when it has problems.</summary>
    /// <param name="path">JSON; comments and trailing commas are allowed.</param>
    /// <param name="problems">Gets everything that is wrong.</param>
    public static ObservationKeys Read(string path, ICollection<SettingProblem> problems)
    {
        using var file = MappingFile.Open(path, "images, state, prompt", problems);
        return new(file.Texts("images"), file.Texts("state"), file.Text("prompt", "prompt"));
    }
}
