using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class TabletopLayoutTests
{
    [Fact]
    public void Random_ThousandSeeds_NothingOverlapsAndAllIsUsed()
    {
        var (minX, maxX, minY, maxY) = (1.0, -1.0, 1.0, -1.0);
        for (var seed = 0; seed < 1000; seed++)
        {
            var layout = TabletopLayout.Random(seed);
            Assert.Equal(TabletopObject.All, layout.Select(place => place.Object));
            for (var i = 0; i < layout.Length; i++)
            {
                for (var j = 0; j < i; j++) Assert.False(layout[i].Footprint.IsWithin(TabletopLayout.Gap, layout[j].Footprint), $"seed {seed}: {layout[i]}, {layout[j]}");
                if (layout[i].Object.Name != "block_red") continue;
                (minX, maxX) = (Math.Min(minX, layout[i].X), Math.Max(maxX, layout[i].X));
                (minY, maxY) = (Math.Min(minY, layout[i].Y), Math.Max(maxY, layout[i].Y));
            }
        }

        Assert.InRange(maxX - minX, 0.22, 0.24);
        Assert.InRange(maxY - minY, 0.37, 0.40);
    }

    [Fact]
    public void Random_SameSeed_IsTheSame() => Assert.Equal(TabletopLayout.Random(5), TabletopLayout.Random(5));

    [Fact]
    public void Random_OtherSeed_IsAnother() => Assert.NotEqual(TabletopLayout.Random(5), TabletopLayout.Random(6));
}
