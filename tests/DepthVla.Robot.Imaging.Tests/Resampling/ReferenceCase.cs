using System.Text.Json;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Torch.Safetensors;

namespace DepthVla.Robot.Imaging.Tests.Resampling;

/// <summary>One picture of a fixture with the results that public code made of it.</summary>
internal sealed class ReferenceCase(SafetensorsFile io, JsonElement config)
{
    public string Name { get; } = config.GetProperty("name").GetString()!;

    public RgbImage Input => Picture("input_u8");

    public static IEnumerable<ReferenceCase> Of(Fixture fixture, SafetensorsFile io)
    {
        var cases = fixture.Config.GetProperty("cases").EnumerateArray().Select(c => new ReferenceCase(io, c)).ToList();
        Assert.NotEmpty(cases);
        return cases;
    }

    public int Setting(string key) => config.GetProperty(key).GetInt32();

    public float[] Floats(string tensor) => io.Values<float>($"{Name}.{tensor}");

    /// <summary>A tensor [height, width, 3].</summary>
    public RgbImage Picture(string tensor)
    {
        var shape = io.Entry($"{Name}.{tensor}").Shape;
        return new RgbImage((int)shape[1], (int)shape[0], io.Values<byte>($"{Name}.{tensor}"));
    }

    /// <summary>Every byte within one of the reference, and the given share of them equal.</summary>
    public void AssertBytes(string tensor, RgbImage actual, double leastEqual)
    {
        var expected = Picture(tensor);
        Assert.InRange(Pictures.LargestDifference(expected, actual), 0, 1);
        var equal = 0;
        for (var i = 0; i < actual.Pixels.Length; i++) equal += actual.Pixels[i] == expected.Pixels[i] ? 1 : 0;
        var share = (double)equal / actual.Pixels.Length;
        Assert.True(share >= leastEqual, $"{Name}.{tensor}: {share:P3} of the bytes are equal");
    }

    public void AssertFloats(string tensor, ReadOnlySpan<float> actual, double tolerance)
    {
        var expected = Floats(tensor);
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++) largest = Math.Max(largest, Math.Abs((double)expected[i] - actual[i]));
        Assert.True(largest <= tolerance, $"{Name}.{tensor} differs by up to {largest:G3}");
    }
}
