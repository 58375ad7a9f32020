using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Tests.Running;

/// <summary>A folder with a small random checkpoint and a picture.</summary>
public sealed class TinyCheckpoint : IDisposable
{
    public TinyCheckpoint()
    {
        CheckpointWriter.Init(Folder, Presets.Load("depthvla-tiny-joints"), Presets.NominalStats(), tokenizer: null, DType.BFloat16);
        File.WriteAllBytes(Picture, PngCodec.Encode(new RgbImage(64, 48)));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("depthvla-tools-").FullName;

    public string Folder => InRoot("tiny");

    public string Picture => InRoot("picture.png");

    public string InRoot(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
