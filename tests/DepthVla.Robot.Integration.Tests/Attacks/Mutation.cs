namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>Spoils sound bytes: the same random numbers, the same damage.</summary>
internal static class Mutation
{
    // What parsers stumble over: edges of numbers, lengths that promise too much, ends of lines, text that is no UTF-8.
    private static readonly byte[][] Edges =
    [
        [0x00], [0x7F], [0x80], [0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0x00, 0x00, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x0A], [0x0D, 0x0A], [0x0D, 0x0A, 0x0D, 0x0A], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF8, 0xA1, 0xA1, 0xA1, 0xA1], [0x00, 0x00, 0xF8, 0x7F], [0x00, 0x00, 0x80, 0xFF],
    ];

    /// <summary>One to four changes: bytes changed, put in, taken out, doubled, cut off; now and then nothing but noise.</summary>
    public static byte[] Of(ReadOnlySpan<byte> sound, Random random)
    {
        if (random.Next(32) == 0) return Noise(random, 256);
        var bytes = new List<byte>(sound.ToArray());
        for (var changes = random.Next(1, 5); changes > 0; changes--) Change(bytes, random);
        return [.. bytes];
    }

    public static byte[] Noise(Random random, int most)
    {
        var noise = new byte[random.Next(most + 1)];
        random.NextBytes(noise);
        return noise;
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 17), bytes.Count - at);
        switch (random.Next(7))
        {
            case 0 when length > 0: bytes[at] = (byte)random.Next(256); break;
            case 1 when length > 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 2: bytes.InsertRange(at, Edges[random.Next(Edges.Length)]); break;
            case 3: bytes.RemoveRange(at, length); break;
            case 4: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 5: bytes.RemoveRange(at, bytes.Count - at); break;
            default:
                var edge = Edges[random.Next(Edges.Length)];
                for (var i = 0; i < edge.Length && at + i < bytes.Count; i++) bytes[at + i] = edge[i];
                break;
        }
    }
}
