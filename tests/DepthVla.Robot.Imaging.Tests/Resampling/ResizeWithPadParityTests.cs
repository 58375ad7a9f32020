using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Imaging.Tests.Resampling;

public sealed class ResizeWithPadParityTests
{
    public static IEnumerable<TheoryDataRow<Fixture>> Fixtures => FixtureFolders.Of(FixtureKind.ResizeWithPad);

    [Theory]
    [MemberData(nameof(Fixtures), DisableDiscoveryEnumeration = true)]
    public void Apply_Bytes_ArePillows(Fixture fixture)
    {
        using var io = fixture.OpenIo();
        foreach (var reference in ReferenceCase.Of(fixture, io))
        {
            var resize = new ResizeWithPad(reference.Picture("pil_u8").Size);
            reference.AssertBytes("pil_u8", resize.Apply(reference.Input), leastEqual: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures), DisableDiscoveryEnumeration = true)]
    public void FloatResampler_Bytes_AreJaxs(Fixture fixture)
    {
        using var io = fixture.OpenIo();
        foreach (var reference in ReferenceCase.Of(fixture, io))
        {
            var target = reference.Picture("jax_u8").Size;
            var values = Padded(reference.Input, target, antialias: true, value => value, padding: 0);
            var bytes = Array.ConvertAll(values, v => (byte)Math.Clamp(Math.Round(v, MidpointRounding.ToEven), 0, 255));
            reference.AssertBytes("jax_u8", new RgbImage(target.Width, target.Height, bytes), leastEqual: 0.999);
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures), DisableDiscoveryEnumeration = true)]
    public void FloatResampler_Antialiased_IsJaxs(Fixture fixture) => AssertFloats(fixture, "jax_f32", antialias: true, _ => 1e-5);

    // PyTorch computes where to sample in float32: off by up to 2^-25 of a long side, on steps of up to 2 a pixel.
    [Theory]
    [MemberData(nameof(Fixtures), DisableDiscoveryEnumeration = true)]
    public void FloatResampler_NotAntialiased_IsPyTorchs(Fixture fixture) =>
        AssertFloats(fixture, "torch_f32", antialias: false, input => Math.Max(1e-5, Math.Max(input.Width, input.Height) * Math.Pow(2, -24)));

    private static void AssertFloats(Fixture fixture, string tensor, bool antialias, Func<ImageSize, double> tolerance)
    {
        using var io = fixture.OpenIo();
        foreach (var reference in ReferenceCase.Of(fixture, io))
        {
            var shape = io.Entry($"{reference.Name}.{tensor}").Shape;
            var values = Padded(reference.Input, new((int)shape[1], (int)shape[0]), antialias, value => value / 255.0 * 2 - 1, padding: -1);
            reference.AssertFloats(tensor, Array.ConvertAll(values, v => (float)v), tolerance(reference.Input.Size));
        }
    }

    /// <summary>Resized and padded values, [height, width, 3].</summary>
    private static double[] Padded(RgbImage input, ImageSize target, bool antialias, Func<byte, double> value, double padding)
    {
        var pad = new ResizeWithPad(target);
        var fitted = pad.Fit(input.Size);
        var (left, top) = pad.Corner(fitted);
        var resized = FloatResampler.Resize(Array.ConvertAll(input.Pixels.ToArray(), b => value(b)), input.Size, fitted, ResampleFilter.Bilinear, antialias);

        var result = new double[target.Bytes];
        Array.Fill(result, padding);
        for (var y = 0; y < fitted.Height; y++)
            resized.AsSpan(3 * fitted.Width * y, 3 * fitted.Width).CopyTo(result.AsSpan(3 * ((top + y) * target.Width + left)));
        return result;
    }
}
