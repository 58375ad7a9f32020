using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Rendering;

public sealed class RendererTests : IDisposable
{
    private const int Size = 224;

    private readonly TabletopPhysics _physics = new();
    private readonly Renderer _renderer;

    public RendererTests() => _renderer = new Renderer(_physics.Model, shadows: false);

    public void Dispose()
    {
        _renderer.Dispose();
        _physics.Dispose();
    }

    [Theory]
    [InlineData("primary")]
    [InlineData("side")]
    public async Task Render_RedBlock_IsWhereItsProjectionSays(string camera)
    {
        var seen = 0;
        for (var seed = 1; seed <= 8; seed++)
        {
            _physics.PlaceObjects(new TabletopScene("one block", [TabletopObject.RedBlock]), seed);
            var view = await RenderAsync(camera);

            // What the block covers is the hull of its projected corners: the extremes are the same to the pixel.
            var corners = Corners(_physics.PoseOf("block_red"), 0.015).Select(corner => _physics.Camera(camera).Project(corner, Size, Size)).ToArray();
            var (left, right, top, bottom, count) = Extent(view, (r, g, b) => r > 60 && r > 3 * g && r > 3 * b);
            if (count < 20) continue; // behind the arm

            seen++;
            Assert.Equal(corners.Min(c => c.X), left, 1.5);
            Assert.Equal(corners.Max(c => c.X), right, 1.5);
            Assert.Equal(corners.Min(c => c.Y), top, 1.5);
            Assert.Equal(corners.Max(c => c.Y), bottom, 1.5);
        }
        Assert.InRange(seen, 6, 8);
    }

    [Theory]
    [InlineData("primary")]
    [InlineData("side")]
    [InlineData("wrist")]
    public async Task Render_Depth_IsTheTablesWithinAMillimetre(string camera)
    {
        _physics.Reset(4);
        var (view, eye) = (await RenderAsync(camera), _physics.Camera(camera));
        var checkedPixels = 0;
        for (var y = 4; y < Size; y += 8)
            for (var x = 4; x < Size; x += 8)
            {
                if (!IsTable(view.Image[x, y])) continue;

                // The ray through the pixel's middle, cut with z = 0; its length along the axis is the depth.
                var focal = 0.5 * Size / Math.Tan(0.5 * eye.VerticalFieldOfView);
                var ray = eye.Pose.Rotation * new Vector3d((x + 0.5 - (0.5 * Size)) / focal, ((0.5 * Size) - y - 0.5) / focal, -1);
                var depth = -eye.Pose.Position.Z / ray.Z;
                Assert.Equal(depth, view.Depth.Span[(y * Size) + x], 1e-3);
                checkedPixels++;
            }
        Assert.True(checkedPixels > 100, $"{checkedPixels} pixels of table");
    }

    [Fact]
    public async Task Render_Rows_StartAtTheTop()
    {
        var view = await RenderAsync("side");

        var (top, bottom) = (view.Image[Size / 2, 2], view.Image[Size / 2, Size - 3]);
        Assert.True(top.B > top.R, $"sky above: {top}");
        Assert.True(bottom.R > bottom.B, $"wood below: {bottom}");
    }

    [Fact]
    public async Task Render_SameScene_IsTheSamePicture()
    {
        var (one, other) = (await RenderAsync("primary"), await RenderAsync("primary"));

        Assert.True(one.Image.Pixels.SequenceEqual(other.Image.Pixels));
        Assert.True(one.Depth.Span.SequenceEqual(other.Depth.Span));
    }

    [Fact]
    public async Task Render_WithShadows_DarkensPartOfThePicture()
    {
        using var shadows = new Renderer(_physics.Model, shadows: true);
        var (plain, dark) = (await RenderAsync("primary"), await shadows.RenderAsync(() => _physics.Scene(0), "primary", Size, Size, withDepth: false));

        var darker = 0;
        for (var i = 0; i < plain.Image.Pixels.Length; i++)
            if (dark.Image.Pixels[i] < plain.Image.Pixels[i] - 20) darker++;
        Assert.InRange(darker, 300, plain.Image.Pixels.Length / 4);
    }

    [Fact]
    public async Task Render_WithoutDepth_GivesNone() =>
        Assert.Equal(0, (await _renderer.RenderAsync(() => _physics.Scene(0), "primary", 32, 16, withDepth: false)).Depth.Length);

    [Fact]
    public async Task Render_UnknownCamera_NamesIt()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => RenderAsync("ceiling"));

        Assert.Contains("'ceiling'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 481)]
    [InlineData(641, 10)]
    public async Task Render_SizeThatCannotBe_SaysWhatCan(int width, int height)
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => _renderer.RenderAsync(() => _physics.Scene(0), "primary", width, height, withDepth: false));

        Assert.Contains("640x480", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ThenRender_IsRefusedAndTheThreadIsGone()
    {
        _renderer.Dispose();

        Assert.False(_renderer.IsRunning);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => RenderAsync("primary"));
    }

    private Task<RenderedView> RenderAsync(string camera) => _renderer.RenderAsync(() => _physics.Scene(0), camera, Size, Size, withDepth: true);

    // The table is the only brown thing: red to green to blue like 1 to 0.8 to 0.6.
    private static bool IsTable((byte R, byte G, byte B) pixel) =>
        Math.Abs((pixel.G / (double)pixel.R) - 0.80) < 0.05 && Math.Abs((pixel.B / (double)pixel.R) - 0.60) < 0.05;

    private static (double Left, double Right, double Top, double Bottom, int Count) Extent(RenderedView view, Func<byte, byte, byte, bool> matches)
    {
        var (left, right, top, bottom, count) = (1e9, 0.0, 1e9, 0.0, 0);
        for (var y = 0; y < view.Image.Height; y++)
            for (var x = 0; x < view.Image.Width; x++)
            {
                var (r, g, b) = view.Image[x, y];
                if (!matches(r, g, b)) continue;
                (left, right, count) = (Math.Min(left, x), Math.Max(right, x + 1), count + 1);
                (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y + 1));
            }
        return (left, right, top, bottom, count);
    }

    private static IEnumerable<Vector3d> Corners(Pose block, double half)
    {
        for (var i = 0; i < 8; i++)
            yield return block.Position + (block.Rotation * new Vector3d((i & 1) == 0 ? half : -half, (i & 2) == 0 ? half : -half, (i & 4) == 0 ? half : -half));
    }
}
