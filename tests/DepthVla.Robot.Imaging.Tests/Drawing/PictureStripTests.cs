using DepthVla.Robot.Imaging.Drawing;

namespace DepthVla.Robot.Imaging.Tests.Drawing;

public sealed class PictureStripTests
{
    private static readonly LabelledPicture Red = new(Pictures.Plain(4, 3, (255, 0, 0)));
    private static readonly LabelledPicture Blue = new(Pictures.Plain(2, 5, (0, 0, 255)));

    [Fact]
    public void Draw_TwoRows_PlacesEachPictureInItsCell()
    {
        var strip = PictureStrip.Draw([[Red, Blue], [Blue]], scale: 1, gap: 1);

        // Columns 4 and 2 wide, rows 5 and 5 high.
        Assert.Equal(new ImageSize(1 + 4 + 1 + 2 + 1, 1 + 5 + 1 + 5 + 1), strip.Size);
        var expected = Pictures.Of(strip.Width, strip.Height, (x, y) =>
            x is >= 1 and < 5 && y is >= 1 and < 4 ? (255, 0, 0)
            : x is >= 6 and < 8 && y is >= 1 and < 6 ? (0, 0, 255)
            : x is >= 1 and < 3 && y is >= 7 and < 12 ? (0, 0, 255)
            : (32, 32, 32));
        Assert.Equal(0, Pictures.LargestDifference(expected, strip));
    }

    [Fact]
    public void Draw_Scaled_MakesSquaresOfPixels()
    {
        var picture = Pictures.Noise(3, 2, seed: 1);
        var strip = PictureStrip.Draw([[new(picture)]], scale: 3, gap: 0);
        Assert.Equal(0, Pictures.LargestDifference(Pictures.Of(9, 6, (x, y) => picture[x / 3, y / 3]), strip));
    }

    [Fact]
    public void Draw_Label_StandsAboveThePicture()
    {
        var strip = PictureStrip.Draw([[new(Pictures.Plain(5, 4, (1, 2, 3)), "t")]], scale: 1, gap: 0);

        Assert.Equal(new ImageSize(5, 11 + 4), strip.Size);
        var text = Enumerable.Range(0, 7).Select(y => string.Concat(Enumerable.Range(0, 5).Select(x => strip[x, y].R > 100 ? '#' : '.')));
        Assert.Equal(["#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."], text);
        Assert.Equal((1, 2, 3), strip[0, 11]);
    }

    [Fact]
    public void Draw_LabelTooLong_StaysInItsColumn()
    {
        var strip = PictureStrip.Draw([[new(Pictures.Plain(5, 1, (1, 2, 3)), "EEEEEE"), new(Pictures.Plain(5, 1, (1, 2, 3)))]], scale: 1, gap: 2);
        for (var x = 7; x < strip.Width; x++) Assert.Equal((32, 32, 32), strip[x, 2]);
        Assert.Equal((224, 224, 224), strip[6, 2]);
    }

    [Fact]
    public void Draw_NothingOrTooMuch_Throws()
    {
        Assert.Throws<ArgumentException>(() => PictureStrip.Draw([]));
        Assert.Throws<ArgumentException>(() => PictureStrip.Draw([[Red], []]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureStrip.Draw([[Red]], scale: ImageSize.MaxSide));
    }

    [Fact]
    public void IsSet_EveryCharacter_LooksLikeNoOther()
    {
        var looks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:-+/%()[]<>=_? ".Select(Look).ToArray();
        Assert.Equal(looks.Length, looks.Distinct().Count());
        Assert.Equal(Look('A'), Look('a'));
        Assert.Equal(Look('?'), Look('é'));
    }

    private static string Look(char character) =>
        string.Concat(Enumerable.Range(0, 42).Select(i => BitmapFont.IsSet(character, i % 6, i / 6) ? '#' : '.'));
}
