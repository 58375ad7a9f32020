namespace DepthVla.Robot.Model.Randomness;

/// <summary>Philox4x32-10: random bits as a pure function of a key and a counter, so any part of a stream can be made anywhere.</summary>
/// <remarks>Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011; tested with the known answers of Random123.</remarks>
internal static class Philox
{
    /// <summary>128 random bits for <paramref name="counter"/> of the stream (<paramref name="seed"/>, <paramref name="stream"/>).</summary>
    internal static (uint A, uint B, uint C, uint D) Bits(ulong seed, ulong stream, ulong counter) =>
        Bits((uint)seed, (uint)(seed >> 32), (uint)counter, (uint)(counter >> 32), (uint)stream, (uint)(stream >> 32));

    internal static (uint A, uint B, uint C, uint D) Bits(uint key0, uint key1, uint c0, uint c1, uint c2, uint c3)
    {
        for (var round = 0; round < 10; round++)
        {
            var p0 = 0xD2511F53UL * c0;
            var p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ key1, (uint)p0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }
}
