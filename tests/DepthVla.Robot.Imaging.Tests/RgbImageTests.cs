namespace DepthVla.Robot.Imaging.Tests;

public sealed class RgbImageTests
{
    [Fact]
    public void Indexer_KnownBytes_AreRowsTopDown()
    {
        var image = new RgbImage(2, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        Assert.Equal((4, 5, 6), image[1, 0]);
        Assert.Equal((7, 8, 9), image[0, 1]);
        Assert.Equal(new byte[] { 7, 8, 9, 10, 11, 12 }, image.Row(1).ToArray());
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, -1)]
    [InlineData(ImageSize.MaxSide + 1, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Constructor_SizeBeyondLimits_Throws(int width, int height)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(width, height, []));
    }

    [Fact]
    public void Constructor_WrongNumberOfBytes_NamesBothNumbers()
    {
        var error = Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));
        Assert.Contains("12 bytes, not 11", error.Message, StringComparison.Ordinal);
    }
}
