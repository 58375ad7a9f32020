using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class TabletopLayoutTests
{
    public static TheoryData<string> Scenes => [.. TabletopScene.All.Select(scene => scene.Name)];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Random_ThousandSeeds_NothingOverlapsAndAllIsUsed(string name)
    {
        var scene = TabletopScene.All.Single(s => s.Name == name);
        var places = scene.Objects.ToDictionary(item => item, _ => new List<PlacedObject>());
        for (var seed = 0; seed < 1000; seed++)
        {
            var layout = TabletopLayout.Random(scene, seed);
            Assert.Equal(scene.Objects, layout.Select(place => place.Object));
            for (var i = 0; i < layout.Length; i++)
            {
                places[layout[i].Object].Add(layout[i]);
                if (layout[i].Object.Support is not null) continue; // on another
                for (var j = 0; j < i; j++)
                    Assert.False(layout[i].Footprint.IsWithin(scene.Gap, layout[j].Footprint), $"seed {seed}: {layout[i]}, {layout[j]}");
            }
        }

        Assert.All(places.Values, found =>
        {
            Assert.InRange(found.Min(place => place.X), TabletopLayout.MinX, TabletopLayout.MinX + 0.005);
            Assert.InRange(found.Max(place => place.X), TabletopLayout.MaxX - 0.005, TabletopLayout.MaxX);
            Assert.InRange(found.Min(place => place.Y), -scene.MaxY, 0.005 - scene.MaxY);
            Assert.InRange(found.Max(place => place.Y), scene.MaxY - 0.005, scene.MaxY);
            Assert.InRange(found.Max(place => Math.Abs(place.Yaw)), 0.59, TabletopLayout.MaxYaw);
        });
    }

    [Fact]
    public void Random_SameSeed_IsTheSame() =>
        Assert.Equal(TabletopLayout.Random(TabletopScene.Kitchen, 5), TabletopLayout.Random(TabletopScene.Kitchen, 5));

    [Fact]
    public void Random_OtherSeed_IsAnother() =>
        Assert.NotEqual(TabletopLayout.Random(TabletopScene.Kitchen, 5), TabletopLayout.Random(TabletopScene.Kitchen, 6));
}
