using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class TabletopSceneTests : IDisposable
{
    private const int Size = 112;

    private readonly TabletopPhysics _physics = new();

    public static TheoryData<string> Scenes => [.. TabletopScene.All.Select(scene => scene.Name)];

    public static TheoryData<string> UsualScenes => [.. TabletopScene.All.Where(scene => scene.Model == TabletopModels.Usual).Select(scene => scene.Name)];

    public void Dispose() => _physics.Dispose();

    [Theory]
    [MemberData(nameof(UsualScenes))]
    public void Reset_ObjectsOfOtherScenes_StayAwayAndCostNoContact(string name)
    {
        var scene = Named(name);
        _physics.Reset(scene, 2);
        var before = Absent(scene).Select(item => _physics.PoseOf(item.Name)).ToArray();
        for (var i = 0; i < 500; i++) _physics.Step(_physics.Start);

        Assert.Equal(before, Absent(scene).Select(item => _physics.PoseOf(item.Name)));
        Assert.All(before, pose => Assert.InRange(pose.Position.X, -40, -15));
    }

    [Theory]
    [MemberData(nameof(UsualScenes))]
    public void Reset_ObjectsOfOtherScenes_AreInNoPicture(string name)
    {
        // The same picture from a model in which nobody could see them.
        var scene = Named(name);
        using var camera = new SnapshotCamera(_physics);
        using var bare = new TabletopPhysics(WithoutLooks(Absent(scene)));
        using var bareCamera = new SnapshotCamera(bare);
        for (var seed = 0; seed < 3; seed++)
        {
            _physics.Reset(scene, seed);
            bare.Reset(scene, seed);
            foreach (var eye in TabletopPhysics.Cameras)
                Assert.True(camera.Render(eye, Size, Size).Image.Pixels.SequenceEqual(bareCamera.Render(eye, Size, Size).Image.Pixels), $"{eye}, seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Reset_ManySeeds_ObjectsRestWhereTheyWereLaidAndTheArmWhereItStarts(string name)
    {
        var scene = Named(name);
        for (var seed = 0; seed < 8; seed++)
        {
            _physics.Reset(scene, seed);
            foreach (var place in TabletopLayout.Random(scene, seed))
            {
                var position = _physics.PoseOf(place.Object.Name).Position;
                Assert.Equal(place.X, position.X, 0.003);
                Assert.Equal(place.Y, position.Y, 0.003);
                Assert.Equal(place.Z, position.Z, 0.003);
            }

            for (var j = 0; j < 7; j++) Assert.Equal(_physics.Start[j], _physics.Measure(0).Positions[j], 1e-4);
            Assert.True(Wx250s.Description.Workspace.Contains(_physics.Tool.Position));
        }
    }

    [Fact]
    public void Reset_SameSceneAndSeed_IsTheSameWorld()
    {
        _physics.Reset(TabletopScene.Basket, 5);
        var (one, arm) = (_physics.PoseOf("eggplant"), _physics.Measure(0));
        _physics.Teleport(TabletopScene.Kitchen, 3);
        _physics.Reset(TabletopScene.Basket, 5);

        Assert.Equal((one, arm), (_physics.PoseOf("eggplant"), _physics.Measure(0)));
    }

    [Theory]
    [MemberData(nameof(UsualScenes))]
    public void Reset_EveryObjectOfTheWorkArea_IsInsideThePrimaryPicture(string name)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            _physics.Teleport(Named(name), seed);
            var camera = _physics.Camera("primary");
            foreach (var item in Named(name).Objects)
            {
                var (u, v, depth) = camera.Locate(_physics.PoseOf(item.Name).Position);
                Assert.InRange(u, 0, 1);
                Assert.InRange(v, 0, 1);
                Assert.InRange(depth, 0.4, 1.0);
            }
        }
    }

    [Fact]
    public void Reset_OtherSeed_IsLitOtherwise()
    {
        using var camera = new SnapshotCamera(_physics);
        var means = new List<double>();
        for (var seed = 0; seed < 8; seed++)
        {
            _physics.Reset(TabletopScene.Blocks, seed);
            means.Add(Mean(camera.Render("primary", Size, Size, withDepth: false).Image.Pixels));
        }
        Assert.InRange(means.Max() / means.Min(), 1.15, 2);
    }

    private static double Mean(ReadOnlySpan<byte> pixels)
    {
        var sum = 0L;
        foreach (var pixel in pixels) sum += pixel;
        return sum / (double)pixels.Length;
    }

    private static TabletopScene Named(string name) => TabletopScene.All.Single(scene => scene.Name == name);

    private static IEnumerable<TabletopObject> Absent(TabletopScene scene) => scene.Stock.Except(scene.Objects);

    // Each body's geoms made fully transparent.
    private static string WithoutLooks(IEnumerable<TabletopObject> absent)
    {
        var scene = System.Xml.Linq.XDocument.Parse(TabletopModels.Read(TabletopScene.Blocks));
        foreach (var item in absent)
        {
            var geoms = scene.Descendants("body").Single(body => (string?)body.Attribute("name") == item.Name).Elements("geom");
            foreach (var geom in geoms) geom.SetAttributeValue("rgba", "1 1 1 0");
        }
        return scene.ToString();
    }
}
