using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.DepthTeacher;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

public sealed class DepthAnythingParityTests
{
    // Of the whole-picture path, whose resize is another library's: the fixture's own statement.
    private const double PictureTolerance = 1e-3;

    public static IEnumerable<TheoryDataRow<Fixture, ComputePrecision>> DepthAnythingV2 => Precisions.Of(FixtureKind.DepthAnythingV2);

    [Theory]
    [MemberData(nameof(DepthAnythingV2))]
    public void Head_AndDepth_MatchTheReference(Fixture fixture, ComputePrecision precision)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        using var reference = new ReferenceNumbers(fixture, precision) { Tolerance = (2e-4, 2e-4) };
        using var folder = new TeacherFolder(fixture);
        using var teacher = folder.Open(precision);
        var inputs = reference.Names.Where(n => n.EndsWith(".pixel_values", StringComparison.Ordinal)).Select(n => n.Split('.')[0]).ToArray();
        foreach (var size in inputs.Where(s => s != "image"))
        {
            CheckStages(reference, teacher, size);
            reference.Check($"{size}.depth", teacher.Forward(reference.Input($"{size}.pixel_values")));
        }

        CheckPicture(reference, teacher);
        reference.LeaveOut(n => n.EndsWith(".cls", StringComparison.Ordinal));                   // nothing here reads class tokens
        reference.AssertAllAgree();
    }

    private static void CheckStages(ReferenceNumbers reference, DepthAnything teacher, string size)
    {
        // The fixture keeps some of the larger pictures' stages alone.
        void Check(string name, Tensor actual)
        {
            if (reference.Has($"{size}.{name}")) reference.Check($"{size}.{name}", actual);
        }

        var pixels = reference.Input($"{size}.pixel_values");
        var (rows, columns) = (pixels.Size(2) / teacher.Config.Encoder.PatchSize, pixels.Size(3) / teacher.Config.Encoder.PatchSize);
        var taps = teacher.Encoder.Taps(pixels, teacher.Config.Layers);
        var own = new Tensor[taps.Count];
        for (var i = 0; i < taps.Count; i++)
        {
            Check($"features.{i}.patch", taps[i]);
            var map = teacher.Head.Reassemble(i, taps[i], rows, columns);
            Check($"head.resized.{i}", map);
            own[i] = teacher.Head.Lateral(i, map);
            Check($"head.layer{i + 1}_rn", own[i]);
        }

        Tensor? path = null;
        for (var i = taps.Count - 1; i >= 0; i--) Check($"head.refinenet{i + 1}", path = teacher.Head.Fuse(i, path, own));
        Check("head.output_conv1", teacher.Head.Narrow(path!));
    }

    private static void CheckPicture(ReferenceNumbers reference, DepthAnything teacher)
    {
        var bgr = reference.Input("image.bgr");
        var bytes = bgr.ToArray<byte>();
        for (var i = 0; i < bytes.Length; i += 3) (bytes[i], bytes[i + 2]) = (bytes[i + 2], bytes[i]);
        var picture = new RgbImage((int)bgr.Size(1), (int)bgr.Size(0), bytes);

        reference.Check("image.pixel_values", teacher.Pixels([picture]), tolerance: PictureTolerance);
        var map = teacher.Infer(picture);
        Assert.Equal(picture.Size, map.Size);
        reference.Check("image.depth", Tensor.From<float>(map.Values, [map.Size.Height, map.Size.Width]), tolerance: PictureTolerance);
    }
}
