using System.Collections;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Depth;
using DepthVla.Robot.Daemon.Options;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Daemon.Tests.Depth;

public sealed class DepthClearanceTests
{
    private const int Side = 10;

    private static readonly DepthClearance Ahead = new("wrist", 0.2, 0.2, 0.8, 0.8, HoldAt: 0.05, SlowFrom: 0.25);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.25, 1)]
    [InlineData(0.15, 0.5)]
    [InlineData(0.05, 0)]
    [InlineData(0.01, 0)]
    public void Scale_OfADistance_FallsFromOneToNothing(double metres, double scale) => Assert.Equal(scale, Ahead.Scale(metres), 1e-12);

    [Property]
    public bool Scale_OfAnyDistance_IsAShareAndNoNumberAllowsNothing(double metres) => Ahead.Scale(metres) is >= 0 and <= 1 && (!double.IsNaN(metres) || Ahead.Scale(metres) == 0);

    /// <summary>Nearer pixels, and pixels that are no distance, never make it faster.</summary>
    [Property(MaxTest = 1000)]
    public void Scale_OfAnyMap_IsAShareThatNearerOrBadPixelsNeverRaise(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var metres = Enumerable.Range(0, Side * Side).Select(_ => Any(random)).ToArray();
        var before = Scale(metres);
        Assert.InRange(before, 0, 1);
        var worse = metres.ToArray();
        for (var i = random.Next(1, 40); i > 0; i--)
        {
            var at = random.Next(worse.Length);
            float[] others = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -1, (float)(worse[at] * random.NextDouble())];
            worse[at] = others[random.Next(float.IsFinite(worse[at]) && worse[at] > 0 ? 6 : 5)];
        }

        Assert.True(Scale(worse) <= before);
    }

    [Fact]
    public void Scale_NearThingsInTheRegionAlone_AndMoreThanAFewPixels_Count()
    {
        float[] far = [.. Enumerable.Repeat(0.5f, Side * Side)];
        Assert.Equal(1, Scale(far));
        Assert.Equal(1, Scale(With(far, 0.01f, (0, 0), (0, 9), (9, 9), (1, 5), (5, 1), (8, 5))));   // around the region
        Assert.Equal(1, Scale(With(far, 0.01f, (5, 5))));                                            // of 36, one may be wrong
        Assert.Equal(0, Scale(With(far, 0.01f, (5, 5), (6, 5))));
        Assert.Equal(0, Scale(With(far, float.NaN, (2, 2), (7, 7))));
    }

    [Fact]
    public void Scale_OfAChunk_IsThatOfTheCamerasMapOrOfTheOneBefore()
    {
        float[] far = [.. Enumerable.Repeat(0.5f, Side * Side)];
        Assert.Null(Ahead.Scale(Chunk()));                                                           // read for an earlier observation
        Assert.Equal(0, Ahead.Scale(Chunk(new DepthMap("primary", Side, Side, far))));
        Assert.Equal(1, Ahead.Scale(Chunk(new DepthMap("primary", Side, Side, new float[Side * Side]), new DepthMap("wrist", Side, Side, far))));
    }

    [Fact]
    public void Parse_AsItIsWritten_IsRead() => Assert.Equal(Ahead, DepthClearance.Parse("wrist=0.2,0.2,0.8,0.8@0.05..0.25"));

    [Theory]
    [InlineData("")]
    [InlineData("wrist")]
    [InlineData("=0.2,0.2,0.8,0.8@0.05..0.25")]
    [InlineData("wrist=0.2,0.2,0.8@0.05..0.25")]
    [InlineData("wrist=0.8,0.2,0.2,0.8@0.05..0.25")]
    [InlineData("wrist=0.2,0.2,0.8,1.1@0.05..0.25")]
    [InlineData("wrist=0.2,0.2,0.8,0.8@0.25..0.05")]
    [InlineData("wrist=0.2,0.2,0.8,0.8@0..0.25")]
    [InlineData("wrist=0.2,0.2,0.8,0.8@0.05")]
    [InlineData("wrist=a,0.2,0.8,0.8@0.05..0.25")]
    [InlineData("wrist=NaN,0.2,0.8,0.8@0.05..0.25")]
    public void Parse_AnythingElse_IsNone(string text) => Assert.Null(DepthClearance.Parse(text));

    [Theory]
    [InlineData("--depth-clearance wrist=0.2,0.2,0.8,0.8@0.05..0.25", null)]
    [InlineData("--depth-clearance wrist=0.2", "CAMERA=LEFT,TOP,RIGHT,BOTTOM@HOLD..SLOW")]
    [InlineData("--depth-clearance elbow=0.2,0.2,0.8,0.8@0.05..0.25", "a camera of the robot: primary, wrist")]
    [InlineData("--arm mirror --cameras a=/dev/video0 --instruction wave --depth-clearance wrist=0.2,0.2,0.8,0.8@0.05..0.25", "a camera of the robot: a")]
    public void Read_Option_IsCheckedAtTheStart(string line, string? expected)
    {
        var read = DaemonOptionsReader.About.Read(line.Split(' '), new Hashtable(), "/nowhere", DaemonOptionsReader.Read);
        if (expected is null) Assert.Empty(read.Problems);
        else Assert.Contains(expected, Assert.Single(read.Problems).Expected, StringComparison.Ordinal);
    }

    private static double Scale(float[] metres) => Ahead.Scale(Ahead.Distance(new("wrist", Side, Side, metres)));

    private static float Any(Random random) => random.Next(8) switch
    {
        0 => float.NaN,
        1 => 0,
        _ => (float)Math.Pow(10, 2 * random.NextDouble() - 2),
    };

    private static float[] With(float[] metres, float value, params (int Row, int Column)[] pixels)
    {
        var changed = metres.ToArray();
        foreach (var (row, column) in pixels) changed[row * Side + column] = value;
        return changed;
    }

    private static ActionChunk Chunk(params DepthMap[] maps) => new()
    {
        BasedOnSequence = 2, FirstStepTimeNs = 1, StepPeriodNs = 1, StepValidNs = 1, Steps = 1, Dims = 1, Actions = new float[1], ModelHash = "m", NoiseSeed = 0, Timings = default, Depth = [.. maps],
    };
}
