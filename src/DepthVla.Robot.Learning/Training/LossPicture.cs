using System.Globalization;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;

namespace DepthVla.Robot.Learning.Training;

/// <summary>Draws the loss curves of a run from its log.</summary>
internal static class LossPicture
{
    private static readonly ImageSize Size = new(960, 480);
    private static readonly (string Name, int Column)[] Losses = [("flow", 3), ("depth", 4), ("pointer", 5), ("dense", 7)];

    /// <summary>Writes a PNG; does nothing while the log holds no line.</summary>
    internal static void Write(string title, string log, string png)
    {
        var rows = File.ReadLines(log).Skip(1).Select(line => line.Split(',')).ToArray();
        Curve Of(string name, string kind, int column) => new(kind == "validation" ? $"{name} (validation)" : name,
            [.. rows.Where(r => r[1] == kind).Select(r => (Number(r[0]), Number(r[column])))]);
        Curve[] curves = [.. Losses.Select(l => Of(l.Name, "training", l.Column)), Of("flow", "validation", 3), Of("depth", "validation", 4)];
        if (!curves.Any(c => c.Points.Any(p => p.Y > 0))) return;
        File.WriteAllBytes(png, PngCodec.Encode(LineChart.Draw(title, curves, Size)));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
