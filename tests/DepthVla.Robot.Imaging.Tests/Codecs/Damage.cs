namespace DepthVla.Robot.Imaging.Tests.Codecs;

/// <summary>Seeded damage to valid bytes: changed, cut, doubled or swapped.</summary>
internal static class Damage
{
    public static byte[] Apply(byte[] valid, int seed)
    {
        var random = new Random(seed);
        var bytes = (byte[])valid.Clone();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var at = random.Next(bytes.Length);
            var length = random.Next(bytes.Length - at) + 1;
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: random.NextBytes(bytes.AsSpan(at, Math.Min(length, 16))); break;
                case 3 when bytes.Length > 64: bytes = bytes[..^random.Next(1, 32)]; break;
                default: bytes = [.. bytes[..at], .. bytes[(at / 2)..]]; break;
            }
        }
        return bytes;
    }
}
