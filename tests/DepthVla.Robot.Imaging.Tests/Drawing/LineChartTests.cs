using DepthVla.Robot.Imaging.Drawing;

namespace DepthVla.Robot.Imaging.Tests.Drawing;

public sealed class LineChartTests
{
    [Fact]
    public void Draw_AFallingCurve_RunsFromTopLeftToBottomRight()
    {
        var picture = LineChart.Draw("losses", [new Curve("flow", [(0, 100), (50, 1), (100, 0.01)])], new ImageSize(400, 200));
        int[] rows = [.. Enumerable.Range(75, 300).Select(x => Enumerable.Range(44, 126).FirstOrDefault(y => IsCurve(picture, x, y), -1))];
        Assert.All(rows, row => Assert.True(row > 0));
        Assert.True(rows[^1] > rows[0] + 80);
        Assert.Equal(rows.Order(), rows);
    }

    [Fact]
    public void Draw_OnALinearScale_EqualStepsAreEquallyHigh_BelowZeroToo()
    {
        var picture = LineChart.Draw("joint", [new Curve("rad", [(0, -0.4), (10, 0.4)])], new ImageSize(400, 200), ChartScale.Linear);
        int[] rows = [.. Enumerable.Range(75, 300).Select(x => Enumerable.Range(44, 126).First(y => IsCurve(picture, x, y)))];
        Assert.Equal(rows.OrderDescending(), rows);
        Assert.InRange(rows[150], (rows[0] + rows[^1]) / 2 - 2, (rows[0] + rows[^1]) / 2 + 2);
        Assert.True(rows[0] > rows[^1] + 80);
    }

    [Fact]
    public void Draw_ValuesThatAreNotFinite_AreLeftOut()
    {
        var with = LineChart.Draw("l", [new Curve("a", [(0, 1), (1, double.NaN), (2, 0.1), (3, double.PositiveInfinity)])], new ImageSize(400, 200));
        var without = LineChart.Draw("l", [new Curve("a", [(0, 1), (2, 0.1)])], new ImageSize(400, 200));
        Assert.Equal(without.Memory.ToArray(), with.Memory.ToArray());
    }

    [Fact]
    public void Draw_Nothing_SaysSo() =>
        Assert.Contains("no finite", Assert.Throws<ArgumentException>(() => LineChart.Draw("l", [new Curve("a", [(0, double.NaN)])], new ImageSize(400, 200))).Message, StringComparison.Ordinal);

    private static bool IsCurve(RgbImage picture, int x, int y) => picture.Row(y).Slice(3 * x, 3) is [240, 190, 70];
}
