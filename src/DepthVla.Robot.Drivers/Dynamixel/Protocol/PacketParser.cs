using System.Buffers.Binary;

namespace DepthVla.Robot.Drivers.Dynamixel.Protocol;

/// <summary>Finds the packets in whatever comes over the wire. One thread; real-time safe once made.</summary>
/// <remarks>
/// What looks like a packet and is none costs one byte, not its claimed length: the search goes on right behind its first byte, so a sound
/// packet is found however much garbage, or however little of a torn packet, comes before it.
/// </remarks>
internal sealed class PacketParser
{
    /// <summary>The longest length field that is believed; no answer comes near it.</summary>
    public const int MaxLength = 512;

    private readonly byte[] _buffer = new byte[2 * (Packet.Prefix + MaxLength)];
    private int _start, _end;

    /// <summary>Bytes that belonged to no packet, since it was made.</summary>
    public long Skipped { get; private set; }

    /// <summary>Where the next bytes go. Take every packet first: this moves what is left, and drops the oldest where there is no room.</summary>
    public Span<byte> Free
    {
        get
        {
            if (_end - _start > _buffer.Length / 2) Skip(_end - _start - (_buffer.Length / 2));
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            return _buffer.AsSpan(_end);
        }
    }

    /// <summary>Tells that <paramref name="count"/> bytes were written to <see cref="Free"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Forgets everything that came.</summary>
    public void Clear() => Skip(_end - _start);

    /// <summary>The next packet, if all of it has come. Valid until the next call of anything here.</summary>
    public bool TryTake(out Packet packet)
    {
        packet = default;
        while (TryFindHeader())
        {
            var bytes = _buffer.AsSpan(_start.._end);
            if (bytes.Length < Packet.Prefix) return false;

            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]);
            if (length is >= Packet.MinLength and <= MaxLength && bytes[4] is <= Packet.MaxId or Packet.Broadcast)
            {
                var size = Packet.Prefix + length;
                var inside = bytes[Packet.Prefix..Math.Min(size - 2, bytes.Length)];
                if (bytes.Length < size)
                {
                    // A header inside means that the rest of this packet will never come.
                    if (inside.IndexOf(Packet.Header) < 0) return false;
                }
                else if (Crc16.Of(bytes[..(size - 2)]) == BinaryPrimitives.ReadUInt16LittleEndian(bytes[(size - 2)..])
                    && PacketEncoder.Unstuff(inside) is > 0 and var left)
                {
                    packet = new Packet(bytes[4], (Instruction)inside[0], inside[1..left]);
                    _start += size;
                    return true;
                }
            }

            Skip(1);
        }

        return false;
    }

    // Without one, the last bytes stay where they may be the beginning of one.
    private bool TryFindHeader()
    {
        var bytes = _buffer.AsSpan(_start.._end);
        var at = bytes.IndexOf(Packet.Header);
        if (at >= 0)
        {
            Skip(at);
            return true;
        }

        var begun = Math.Min(Packet.Header.Length - 1, bytes.Length);
        while (!bytes[^begun..].SequenceEqual(Packet.Header[..begun])) begun--;
        Skip(bytes.Length - begun);
        return false;
    }

    private void Skip(int count)
    {
        _start += count;
        Skipped += count;
    }
}
