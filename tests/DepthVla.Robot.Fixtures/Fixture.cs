using System.Text.Json;
using DepthVla.Robot.Torch.Safetensors;

namespace DepthVla.Robot.Fixtures;

/// <summary>What a fixture folder holds reference numbers for, recognised by its content, never by its name.</summary>
public enum FixtureKind
{
    Unknown,
    PaliGemma,
    DinoV2,
    DepthAnythingV2,
    Pi0,
    Pi05,
    DepthVla,
    ResizeWithPad,
    ImageProcessors,
    SentencePiece,
}

/// <summary>A folder of reference numbers made by public code. Every size is read from its files.</summary>
public sealed class Fixture(string folder)
{
    public string Folder { get; } = folder;

    public string Name => Path.GetFileName(Folder);

    public FixtureKind Kind { get; } = Recognise(folder);

    public JsonElement Config => JsonDocument.Parse(File.ReadAllBytes(InFolder("config.json"))).RootElement;

    public string InFolder(string file) => Path.Combine(Folder, file);

    /// <summary>Inputs and results.</summary>
    public SafetensorsFile OpenIo() => SafetensorsFile.Open(InFolder("io.safetensors"));

    public override string ToString() => Name;

    private static FixtureKind Recognise(string folder)
    {
        if (Directory.EnumerateFiles(folder, "*.model").Any()) return FixtureKind.SentencePiece;
        var file = Path.Combine(folder, "config.json");
        if (!File.Exists(file)) return FixtureKind.Unknown;
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        string? Text(string key) => root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        return (Text("model") ?? Text("model_type")) switch
        {
            "paligemma" => FixtureKind.PaliGemma,
            "dinov2" => FixtureKind.DinoV2,
            "depth_anything_v2" => FixtureKind.DepthAnythingV2,
            "pi0" => FixtureKind.Pi0,
            "pi05" => FixtureKind.Pi05,
            "depthvla" => FixtureKind.DepthVla,
            null when root.TryGetProperty("cases", out var cases) => Cases(cases),
            _ => FixtureKind.Unknown,
        };
    }

    private static FixtureKind Cases(JsonElement cases) =>
        cases.EnumerateArray().Any(c => c.TryGetProperty("siglip_size", out _)) ? FixtureKind.ImageProcessors
        : cases.EnumerateArray().Any(c => c.TryGetProperty("target", out _)) ? FixtureKind.ResizeWithPad
        : FixtureKind.Unknown;
}
