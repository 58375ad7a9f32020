using DepthVla.Robot.Model.Randomness;

namespace DepthVla.Robot.Model.Tests.Randomness;

public sealed class RandomnessTests
{
    /// <summary>The known answers that Random123 publishes for philox4x32-10.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Philox_KnownAnswers(uint key0, uint key1, uint c0, uint c1, uint c2, uint c3, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), Philox.Bits(key0, key1, c0, c1, c2, c3));

    [Fact]
    public void GaussianNoise_ManyDraws_HasNormalMoments()
    {
        var noise = GaussianNoise.Draw(3, 200_001);
        var mean = noise.Average(v => (double)v);
        Assert.Equal(0, mean, 0.01);                                     // σ of the mean 0.0022
        Assert.Equal(1, noise.Average(v => (v - mean) * (v - mean)), 0.015);
        Assert.Equal(3, noise.Average(v => Math.Pow(v - mean, 4)), 0.1); // kurtosis
        Assert.Equal(0.6827, noise.Count(v => Math.Abs(v) < 1) / 200_001.0, 0.005);
    }

    [Fact]
    public void GaussianNoise_SameSeed_SameNumbers()
    {
        Assert.Equal(GaussianNoise.Draw(5, 100), GaussianNoise.Draw(5, 128).Take(100));
        Assert.NotEqual(GaussianNoise.Draw(5, 100), GaussianNoise.Draw(6, 100));
    }

    /// <summary>Moments and quartiles of the normal distribution cut at ±2: σ² = 1 − 4φ(2)/(Φ(2) − Φ(−2)) = 0.77374.</summary>
    [Fact]
    public void TruncatedNormal_Quantiles_AreTheDistributions()
    {
        var q = TruncatedNormal.Quantiles(1);
        Assert.Equal(0.773741, q.Average(v => (double)v * v), 1e-4);
        Assert.Equal(0, q.Sum(v => (double)v), 1e-3);
        Assert.InRange(q[^1], 1.999f, 2f);
        Assert.Equal(-q[^1], q[0]);
        Assert.True(q.Zip(q.Skip(1)).All(p => p.First <= p.Second));
        Assert.Equal(0.638, q[TruncatedNormal.Levels * 3 / 4], 2e-3);    // Φ⁻¹(½ + ¼·0.9545)
    }
}
