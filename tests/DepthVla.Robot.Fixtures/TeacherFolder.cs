using System.Text.Json.Nodes;
using DepthVla.Robot.Model.DepthTeacher;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Fixtures;

/// <summary>The fixture's small teacher as a folder of its own, changed as a test wants.</summary>
internal sealed class TeacherFolder : IDisposable
{
    private readonly Fixture _fixture;

    internal TeacherFolder(Fixture fixture, Action<JsonObject>? change = null)
    {
        _fixture = fixture;
        var config = JsonNode.Parse(File.ReadAllBytes(fixture.InFolder("config.json")))!.AsObject();
        change?.Invoke(config);
        WriteConfig(config);
        File.Copy(fixture.InFolder("weights.safetensors"), Path.Combine(Folder, "model.safetensors"));
    }

    internal string Folder { get; } = Directory.CreateTempSubdirectory("depthvla-teacher-").FullName;

    internal static Fixture Small => FixtureFolders.Of(FixtureKind.DepthAnythingV2).First().Data;

    internal DepthAnything Open(ComputePrecision? precision = null) => DepthAnything.Open(Folder, TorchDevice.Cpu, precision);

    internal void WriteConfig(JsonObject config) => File.WriteAllText(Path.Combine(Folder, "config.json"), config.ToJsonString());

    /// <summary>Writes the weights anew under other names: a name gives none, one, or the three parts of q, k, v.</summary>
    internal void Rename(Func<string, string[]> names)
    {
        using var scope = new TensorScope();
        using var file = SafetensorsSet.Open(_fixture.InFolder("weights.safetensors"));
        var tensors = new List<TensorSource>();
        foreach (var entry in file.Entries)
        {
            var to = names(entry.Name);
            var rows = to.Length == 0 ? 0 : entry.Shape[0] / to.Length;
            for (var i = 0; i < to.Length; i++)
            {
                var part = file.Tensor(entry.Name).Slice(0, i * rows, (i + 1) * rows).Contiguous();
                tensors.Add(new TensorSource(to[i], entry.DType, part.Shape.ToArray(), part.WriteTo));
            }
        }

        SafetensorsWriter.Write(Path.Combine(Folder, "model.safetensors"), tensors);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
