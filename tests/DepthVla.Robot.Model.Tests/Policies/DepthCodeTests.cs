using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Policies;

namespace DepthVla.Robot.Model.Tests.Policies;

public sealed class DepthCodeTests
{
    [Fact]
    public void Picture_FromTenCentimetresToOneMetre_TellsDepthsTwoMillimetresApart()
    {
        var codes = Codes([.. Enumerable.Range(100, 900).Select(mm => (ushort)mm)]);
        for (var i = 2; i < codes.Length; i++) Assert.NotEqual(codes[i - 2], codes[i]);   // where a wave turns, neighbours may look the same
    }

    [Fact]
    public void Picture_NeighbouringDepths_HaveNeighbouringColours()
    {
        // No jumps, or a network would have to learn where they are: at 30 cm and beyond a millimetre moves no channel by more than a twelfth.
        var codes = Codes([.. Enumerable.Range(300, 2700).Select(mm => (ushort)mm)]);
        for (var i = 1; i < codes.Length; i++)
        {
            var (a, b) = (codes[i - 1], codes[i]);
            Assert.True(b.R >= a.R, "red grows with depth");
            Assert.True(Math.Max(b.R - a.R, Math.Max(Math.Abs(b.G - a.G), Math.Abs(b.B - a.B))) <= 21, $"{a} to {b}");
        }
    }

    [Fact]
    public void Picture_UnknownDepth_IsBlack() => Assert.Equal((0, 0, 0), Codes([0])[0]);

    private static (int R, int G, int B)[] Codes(ushort[] millimetres)
    {
        var picture = DepthCode.Picture(new DepthImage(new ImageSize(millimetres.Length, 1), millimetres)).Pixels;
        var codes = new (int, int, int)[millimetres.Length];
        for (var i = 0; i < codes.Length; i++) codes[i] = (picture[3 * i], picture[3 * i + 1], picture[3 * i + 2]);
        return codes;
    }
}
