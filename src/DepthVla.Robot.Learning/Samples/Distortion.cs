using DepthVla.Robot.Learning.Configuration;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>How one picture is varied: gains of its colours, an offset, and a move; its depth moves with it.</summary>
internal sealed class Distortion
{
    private readonly double[] _gain = new double[3];
    private readonly double _offset, _shiftX, _shiftY;

    /// <summary>Draws as many numbers whether anything is varied or not.</summary>
    internal Distortion(SampleDraw draw, AugmentationConfig config, bool augment)
    {
        var (color, shift) = augment ? (config.Color, config.Shift) : (0, 0);
        for (var c = 0; c < 3; c++) _gain[c] = 1 + color * draw.Gaussian();
        _offset = color / 2 * draw.Gaussian();
        (_shiftX, _shiftY) = ((2 * draw.Uniform() - 1) * shift, (2 * draw.Uniform() - 1) * shift);
    }

    /// <summary>How far points move on a picture of that side, in 0 … 1.</summary>
    internal (float U, float V) Move(int side) => (Pixels(_shiftX, side) / (float)side, Pixels(_shiftY, side) / (float)side);

    /// <summary>A square picture [side·side·3] → normalised [3, side, side].</summary>
    internal void Apply(ReadOnlySpan<double> mean, ReadOnlySpan<double> std, byte[] picture, int side, Span<float> target) =>
        new PixelTable(mean, std, _gain, _offset).Apply(picture, side, Pixels(_shiftX, side), Pixels(_shiftY, side), target);

    /// <summary>The same for a picture that codes something else than light: it is moved only.</summary>
    internal void Move(ReadOnlySpan<double> mean, ReadOnlySpan<double> std, byte[] picture, int side, Span<float> target) =>
        new PixelTable(mean, std, [1, 1, 1], 0).Apply(picture, side, Pixels(_shiftX, side), Pixels(_shiftY, side), target);

    /// <summary>Square depth [side·side], mm → m. 0 stays 0: unknown. What comes in at the edge is not known either.</summary>
    internal void Metres(ushort[] millimetres, int side, Span<float> target)
    {
        var (moveX, moveY) = (Pixels(_shiftX, side), Pixels(_shiftY, side));
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var (sourceX, sourceY) = (x - moveX, y - moveY);
                target[y * side + x] = sourceX >= 0 && sourceX < side && sourceY >= 0 && sourceY < side ? millimetres[sourceY * side + sourceX] / 1000f : 0;
            }
        }
    }

    private static int Pixels(double share, int side) => (int)Math.Round(share * side);
}
