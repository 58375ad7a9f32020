using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Rendering;

public sealed class SnapshotCameraTests
{
    [Fact]
    public async Task Render_SameWorld_IsThePictureOfTheRenderThread()
    {
        using var physics = new TabletopPhysics();
        physics.Reset(TabletopScene.Kitchen, 4);
        using var thread = new Renderer(physics.Model, shadows: false);
        var other = await thread.RenderAsync(() => physics.Scene(0), "wrist", 96, 80, withDepth: true);

        var view = Draw(physics, "wrist", 96, 80);

        Assert.True(other.Image.Pixels.SequenceEqual(view.Image.Pixels));
        Assert.True(other.Depth.Span.SequenceEqual(view.Depth.Span));
    }

    [Fact]
    public void Render_SeveralThreadsAtOnce_AllSeeTheSame()
    {
        var views = new RenderedView[4];
        var threads = views.Select((_, i) => new Thread(() =>
        {
            using var physics = new TabletopPhysics();
            using var camera = new SnapshotCamera(physics);
            for (var seed = 0; seed < 10; seed++)
            {
                physics.Teleport(TabletopScene.Basket, seed);
                views[i] = camera.Render("primary", 64, 64);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.All(views, view => Assert.True(view.Image.Pixels.SequenceEqual(views[0].Image.Pixels)));
    }

    // Mesa alone does not: contexts look at each other's lists (SharedScreen). Without the turns this ends the process within seconds.
    [Fact]
    public void Render_SmallPicturesAtOnce_SurviveEachOther()
    {
        var drawn = 0;
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            using var physics = new TabletopPhysics();
            physics.Teleport(TabletopScene.Blocks, i);
            using var camera = new SnapshotCamera(physics);
            for (var picture = 0; picture < 5000; picture++)
            {
                camera.Render("primary", 8, 8);
                Interlocked.Increment(ref drawn);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.Equal(20000, drawn);
    }

    [Theory]
    [InlineData(96, 96)]
    [InlineData(128, 64)]
    public void Locate_RedBlock_IsWhereThePictureIsRed(int width, int height)
    {
        using var physics = new TabletopPhysics();
        physics.PlaceObjects(new TabletopScene("one block", [TabletopObject.RedBlock]), 3);

        var (u, v, depth) = physics.Camera("side").Locate(physics.PoseOf("block_red").Position, width / (double)height);
        var view = Draw(physics, "side", width, height);

        var (x, y) = ((int)(u * width), (int)(v * height));
        var (r, g, b) = view.Image[x, y];
        Assert.True(r > 3 * g && r > 3 * b, $"({x}, {y}) is {r} {g} {b}");
        Assert.InRange(depth - view.Depth.Span[(y * width) + x], 0.005, 0.03); // the block's face is nearer than its middle
    }

    private static RenderedView Draw(TabletopPhysics physics, string camera, int width, int height)
    {
        using var snapshots = new SnapshotCamera(physics);
        return snapshots.Render(camera, width, height);
    }
}
