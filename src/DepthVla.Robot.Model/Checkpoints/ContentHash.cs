using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>SHA-256 over files and their names. Blocks are hashed in parallel: 7.7 GB take seconds.</summary>
internal static class ContentHash
{
    private const int BlockBytes = 16 << 20;

    /// <summary>Hex digest of the named files of a folder; order of <paramref name="files"/> does not matter.</summary>
    internal static string OfFiles(string folder, IEnumerable<string> files)
    {
        using var total = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            total.AppendData(Encoding.UTF8.GetBytes(file + "\n"));
            total.AppendData(OfFile(Path.Combine(folder, file)));
        }

        return Convert.ToHexStringLower(total.GetHashAndReset());
    }

    private static byte[] OfFile(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        var blocks = new byte[(int)((length + BlockBytes - 1) / BlockBytes)][];
        Parallel.For(0, blocks.Length, () => new byte[BlockBytes], (block, _, buffer) =>
        {
            var wanted = (int)Math.Min(BlockBytes, length - (long)block * BlockBytes);
            var read = 0;
            while (read < wanted)
            {
                var more = RandomAccess.Read(file, buffer.AsSpan(read, wanted - read), (long)block * BlockBytes + read);
                if (more == 0) throw new EndOfStreamException($"{path} became shorter while it was read");
                read += more;
            }

            blocks[block] = SHA256.HashData(buffer.AsSpan(0, wanted));
            return buffer;
        }, _ => { });

        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, length);
        return SHA256.HashData([.. size, .. blocks.SelectMany(b => b)]);
    }
}
