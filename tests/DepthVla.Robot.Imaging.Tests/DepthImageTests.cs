using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests;

public sealed class DepthImageTests
{
    [Property]
    public bool FromMetres_WhatToMetresGave_IsTheSame(ushort[] millimetres)
    {
        if (millimetres.Length == 0) return true;
        var depth = new DepthImage(new(millimetres.Length, 1), millimetres);
        return DepthImage.FromMetres(depth.ToMetres(), depth.Size).Millimetres.SequenceEqual(millimetres);
    }

    [Fact]
    public void FromMetres_WhatIsNoDepth_IsUnknown()
    {
        float[] metres = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1, 0, 0.0004f, 66, float.MaxValue, 0.0006f, 65.535f];
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 65535], DepthImage.FromMetres(metres, new(10, 1)).Millimetres.ToArray());
    }

    [Property(MaxTest = 100)]
    public bool Nearest_AnySize_HoldsOldDepthsAtTheirPlaces(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (old, size) = (new ImageSize(random.Next(1, 30), random.Next(1, 30)), new ImageSize(random.Next(1, 30), random.Next(1, 30)));
        var depth = new DepthImage(old, [.. Enumerable.Range(0, old.Width * old.Height).Select(i => (ushort)i)]);
        var resized = depth.Nearest(size);
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                var (column, row) = ((int)((x + 0.5) * old.Width / size.Width), (int)((y + 0.5) * old.Height / size.Height));
                if (resized.Millimetres[y * size.Width + x] != row * old.Width + column) return false;
            }
        }
        return resized.Size == size;
    }

    [Fact]
    public void New_WrongCount_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new DepthImage(new(2, 2), new ushort[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DepthImage(new(0, 2), []));
        Assert.Throws<ArgumentException>(() => new DepthImage(new(2, 2), new ushort[4]).WriteMetres(new float[5]));
    }
}
