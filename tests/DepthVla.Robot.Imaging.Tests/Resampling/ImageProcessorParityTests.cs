using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Imaging.Tests.Resampling;

public sealed class ImageProcessorParityTests
{
    // The bytes agree exactly, so only float32 rounding is left: a few 2^-24 of values below 3.
    private const double Tolerance = 1e-6;

    public static IEnumerable<TheoryDataRow<Fixture>> Fixtures => FixtureFolders.Of(FixtureKind.ImageProcessors);

    [Theory]
    [MemberData(nameof(Fixtures), DisableDiscoveryEnumeration = true)]
    public void Stretch_SigLip_IsTransformers(Fixture fixture)
    {
        using var io = fixture.OpenIo();
        foreach (var reference in ReferenceCase.Of(fixture, io))
        {
            var side = reference.Setting("siglip_size");
            var resized = new Stretch(new(side, side)).Apply(reference.Input);
            reference.AssertBytes("siglip_resized_u8", resized, leastEqual: 1);

            var planes = new float[resized.Size.Bytes];
            PixelNormalization.SigLip.Apply(resized.Pixels, planes);
            reference.AssertFloats("siglip", planes, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures), DisableDiscoveryEnumeration = true)]
    public void ShortestEdgeCrop_DinoV2_IsTransformers(Fixture fixture)
    {
        using var io = fixture.OpenIo();
        foreach (var reference in ReferenceCase.Of(fixture, io))
        {
            var crop = reference.Setting("dinov2_crop");
            var cut = new ShortestEdgeCrop(reference.Setting("dinov2_shortest_edge"), new(crop, crop)).Apply(reference.Input);

            var planes = new float[cut.Size.Bytes];
            PixelNormalization.DinoV2.Apply(cut.Pixels, planes);
            reference.AssertFloats("dinov2", planes, Tolerance);
        }
    }
}
