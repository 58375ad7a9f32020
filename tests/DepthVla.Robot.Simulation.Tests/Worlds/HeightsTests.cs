using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class HeightsTests : IDisposable
{
    private const int Size = 224;

    private static readonly TabletopScene Scene = TabletopScene.Heights;
    private static readonly TabletopObject[] Blocks = [.. Scene.Objects.Where(item => !item.IsSupport)];

    private readonly TabletopPhysics _physics = new();

    public void Dispose() => _physics.Dispose();

    [Fact]
    public void Reset_ThenTwoSeconds_BlocksStandWhereTheyWereLaidAndSupportsAndCameraStay()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            _physics.Reset(Scene, seed);
            var eye = _physics.Camera("overview");
            for (var i = 0; i < 1000; i++) _physics.Step(_physics.Start);

            foreach (var place in TabletopLayout.Random(Scene, seed))
            {
                var pose = _physics.PoseOf(place.Object.Name);
                var most = place.Object.IsSupport ? 1e-4 : 1.5e-3;
                Assert.Equal(0, (pose.Position - new Vector3d(place.X, place.Y, place.Z)).Length(), most);
                Assert.True(pose.Rotation.Z.Z > 0.999, $"seed {seed}: {place.Object.Body} leans {pose.Rotation.Z}");
            }

            Assert.Equal(0, (_physics.Camera("overview").Pose.Position - eye.Pose.Position).Length(), 1e-5);
        }
    }

    [Fact]
    public void Random_ManySeeds_HeightsSizesAndCameraPlacesVary()
    {
        var layouts = Enumerable.Range(0, 300).Select(seed => TabletopLayout.Random(Scene, seed)).ToArray();
        foreach (var support in TabletopObject.Supports)
        {
            var heights = layouts.Select(layout => layout.Single(place => place.Object == support).Z).ToArray();
            Assert.InRange(heights.Min(), TabletopLayout.MinSupport, 0.01);
            Assert.InRange(heights.Max(), 0.095, TabletopLayout.MaxSupport);
        }

        foreach (var block in Blocks)
            Assert.InRange(layouts.Count(layout => layout.Single(place => place.Object == block).Object.HalfWidth > 0.015), 100, 200);

        var eyes = Enumerable.Range(0, 100).Select(seed =>
        {
            _physics.Teleport(Scene, seed);
            return _physics.Camera("overview").Pose;
        }).ToArray();
        Assert.InRange(eyes.Max(eye => eye.Position.X) - eyes.Min(eye => eye.Position.X), 0.05, 0.06);
        Assert.InRange(eyes.Max(eye => eye.Position.Y) - eyes.Min(eye => eye.Position.Y), 0.085, 0.10);
        Assert.InRange(eyes.Max(eye => eye.Position.Z) - eyes.Min(eye => eye.Position.Z), 0.05, 0.06);
    }

    [Fact]
    public void Teleport_ManySeeds_EveryBlockIsInsideTheOverviewAndOtherSizesAreBeyondTheFarPlane()
    {
        var outside = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            _physics.Teleport(Scene, seed);
            var eye = _physics.Camera("overview");
            foreach (var block in Blocks)
            {
                var (u, v, depth) = eye.Locate(_physics.PoseOf(block.Name).Position);
                Assert.InRange(depth, 0.3, 1.0);
                if (u is < 0 or > 1 || v is < 0 or > 1) outside++;
            }

            foreach (var item in Scene.Stock.Where(item => !item.IsSupport && item.Body != _physics.OnTable(item).Body))
                Assert.InRange((_physics.PoseOf(item.Body).Position - eye.Pose.Position).Length(), 15, 40);
        }
        Assert.InRange(outside, 0, 6); // those that the arm carries high
    }

    [Fact]
    public void Render_Overview_ShowsTheBlocksAndTheirSupports()
    {
        using var camera = new SnapshotCamera(_physics); // begins with another model
        for (var seed = 0; seed < 6; seed++)
        {
            _physics.Reset(Scene, seed);
            var (view, eye) = (camera.Render("overview", Size, Size), _physics.Camera("overview"));
            foreach (var block in Blocks)
            {
                var shown = 0;
                var item = _physics.OnTable(block);
                foreach (var up in (double[])[item.Height, -0.004]) // the middle of the block's top, and a point of the support's front just below its own
                {
                    var pose = _physics.PoseOf(up > 0 ? block.Name : block.Support!.Name);
                    var point = pose.Position + new Vector3d(0, 0, up) + (up > 0 ? default : pose.Rotation.X * 0.019);
                    var (x, y, depth) = eye.Project(point, Size, Size);
                    if (Math.Abs(view.Depth.Span[((int)y * Size) + (int)x] - depth) < 0.004) shown++;
                }
                Assert.InRange(shown, 1, 2); // the arm or a neighbour may hide one of the two
            }
        }
    }

    [Fact]
    public void Reset_BetweenModels_GivesTheSameWorldAgain()
    {
        _physics.Reset(Scene, 3);
        var high = (_physics.PoseOf("high_red"), _physics.Tool);
        _physics.Reset(TabletopScene.Blocks, 3);
        var usual = (_physics.PoseOf("block_red"), _physics.Tool);
        _physics.Reset(Scene, 3);
        Assert.Equal(high, (_physics.PoseOf("high_red"), _physics.Tool));
        _physics.Reset(TabletopScene.Blocks, 3);
        Assert.Equal(usual, (_physics.PoseOf("block_red"), _physics.Tool));

        Assert.Throws<ArgumentException>(() => _physics.PlaceObjects(Scene, 1));
    }
}
