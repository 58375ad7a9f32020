using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Evaluation.Calibration;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

/// <summary>8-bit products calibrated over an episode of snapshots, by libtorch's own 8-bit product.</summary>
public sealed class CalibrationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("depthvla-calibration-").FullName;

    private string Data => Path.Combine(_root, "data");

    private string Scales => Path.Combine(Checkpoint, "float8.json");

    private string Checkpoint => Path.Combine(_root, "checkpoint");

    private static string Shipped => Path.GetFullPath(Path.Combine(TeacherFolder.Small.Folder, "../../../models/depthvla-tiny"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Run_ChunksThatStay_WritesScalesThatThePolicyServesWith()
    {
        Init(seed: 1);
        var report = Calibrate(8);
        Assert.True(report.IsAccepted, $"{report}");
        Assert.Equal(8, report.Frames);
        Assert.InRange(report.LeastCosine, 0.999, 0.999999);                                     // 8 bits leave their mark
        using (var policy = Load(Checkpoint)) Assert.Equal("float8e4m3", policy.Info.Precision);

        Init(seed: 2);                                                                           // other weights beside the same scales
        var error = Assert.Throws<CheckpointException>(() => Load(Checkpoint));
        Assert.Contains("float8.json: expected one made for", error.Message, StringComparison.Ordinal);
        File.WriteAllText(Scales, "{}");
        Assert.Contains("float8.json: ", Assert.Throws<CheckpointException>(() => Load(Checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ChunksThatTurnAway_WritesNothing()
    {
        Directory.CreateDirectory(Checkpoint);
        foreach (var file in Directory.GetFiles(Shipped)) File.Copy(file, Path.Combine(Checkpoint, Path.GetFileName(file)));
        var report = Calibrate(50);
        Assert.False(report.IsAccepted, $"{report}: the policy that ships can be served in 8 bits after all; say so in docs/performance.md");
        Assert.False(File.Exists(Scales));
        Assert.Contains("depthvla checkpoint calibrate", Assert.Throws<CheckpointException>(() => Load(Checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoSuchDataset_IsNamed()
    {
        Init(seed: 1);
        Assert.ThrowsAny<DatasetException>(() => CalibrationRun.Run(Checkpoint, Path.Combine(_root, "nowhere"), 8, TorchDevice.Cpu, (_, _) => { }, CancellationToken.None));
    }

    [Fact]
    public void Cosine_OfNothing_IsNotAccepted() => Assert.False(new CalibrationReport(1, Likeness.Cosine<double>([0, 0], [1, 0]), 1, 1).IsAccepted);

    private void Init(ulong seed) =>
        CheckpointWriter.Init(Checkpoint, Presets.Load("depthvla-tiny-joints") with { Seed = seed }, Presets.NominalStats(), tokenizer: null, DType.BFloat16);

    private CalibrationReport Calibrate(int frames)
    {
        DemonstrationRun.Generate(Data, new DemonstrationPlan { SnapshotEpisodes = 1, Rollouts = 0 }, 1, (_, _, _) => { }, CancellationToken.None);
        return CalibrationRun.Run(Checkpoint, Data, frames, TorchDevice.Cpu, (_, _) => { }, CancellationToken.None);
    }

    private static DepthVlaPolicy Load(string folder) => DepthVlaPolicy.Load(folder, TorchDevice.Cpu, new() { Products = ProductPrecision.Float8 });
}
