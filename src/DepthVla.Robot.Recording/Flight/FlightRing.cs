using System.Runtime.InteropServices;
using Google.Protobuf;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>What is known of a message in the ring besides its bytes.</summary>
/// <param name="Channel">Which stream it belongs to: an index into the flight's topics.</param>
/// <param name="Sequence">A number of its writer's.</param>
/// <param name="RecordedNs">When it was recorded, robot clock.</param>
/// <param name="MadeNs">When what it tells of happened, robot clock.</param>
public readonly record struct FlightEntry(int Channel, uint Sequence, long RecordedNs, long MadeNs);

/// <summary>The newest messages, in bytes allotted once: the oldest make room for the newest. Thread-safe; not for the control thread, for it locks.</summary>
/// <param name="capacity">Bytes in all.</param>
/// <param name="keep">Messages older than this are forgotten when another comes.</param>
public sealed class FlightRing(int capacity, TimeSpan keep)
{
    private const int HeadBytes = 32;
    private const int Grain = 8;          // heads are aligned to this
    private const int Gap = -1;           // nothing more up to the end of the array

    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[capacity / Grain * Grain];
    private readonly long _keepNs = (long)keep.TotalNanoseconds;

    // Bytes since the beginning of time; where in the array they lie is the remainder.
    private long _oldest, _end;
    private long _tooLarge;

    /// <summary>Messages that were larger than the whole ring, and so left out.</summary>
    public long TooLarge => Volatile.Read(ref _tooLarge);

    /// <summary>Where the next message will be; give it to <see cref="TryRead"/> as its end.</summary>
    public long End
    {
        get { lock (_gate) return _end; }
    }

    /// <summary>Adds a message over the oldest. Allocates nothing but what the message does to write itself.</summary>
    public void Add(in FlightEntry entry, IMessage message)
    {
        var length = message.CalculateSize();
        var size = Rounded(HeadBytes + length);
        lock (_gate)
        {
            if (size > _bytes.Length)
            {
                _tooLarge++;
                return;
            }

            var left = _bytes.Length - Place(_end);
            if (left < size) LeaveGap_NeedsLock(left);
            Forget_NeedsLock(size, entry.RecordedNs - _keepNs);
            Head(_end) = new() { Length = length, Entry = entry };
            message.WriteTo(_bytes.AsSpan(Place(_end) + HeadBytes, length));
            _end += size;
        }
    }

    /// <summary>Copies the message at or after a position, and moves the position behind it. What was forgotten meanwhile is skipped.</summary>
    /// <param name="position">0 for the oldest.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="bytes">Takes the message; made larger where it must.</param>
    /// <param name="length">The message's length.</param>
    /// <param name="entry">The rest of it.</param>
    public bool TryRead(ref long position, long end, ref byte[] bytes, out int length, out FlightEntry entry)
    {
        lock (_gate)
        {
            position = SkipGap(Math.Max(position, _oldest));
            (length, entry) = (0, default);
            if (position >= Math.Min(end, _end)) return false;
            (length, entry) = (Head(position).Length, Head(position).Entry);
            if (bytes.Length < length) bytes = new byte[length];
            _bytes.AsSpan(Place(position) + HeadBytes, length).CopyTo(bytes);
            position += Rounded(HeadBytes + length);
            return true;
        }
    }

    private static int Rounded(int bytes) => (bytes + Grain - 1) / Grain * Grain;

    private int Place(long position) => (int)(position % _bytes.Length);

    private ref Header Head(long position) => ref MemoryMarshal.AsRef<Header>(_bytes.AsSpan(Place(position)));

    private long SkipGap(long position) =>
        position < _end && MemoryMarshal.Read<int>(_bytes.AsSpan(Place(position))) == Gap ? position + _bytes.Length - Place(position) : position;

    private void LeaveGap_NeedsLock(int left)
    {
        Forget_NeedsLock(left, long.MinValue);
        MemoryMarshal.Write(_bytes.AsSpan(Place(_end)), Gap);
        _end += left;
    }

    private void Forget_NeedsLock(int room, long beforeNs)
    {
        while (_oldest < _end)
        {
            var oldest = SkipGap(_oldest);
            if (oldest == _oldest)
            {
                ref readonly var head = ref Head(oldest);
                if (_end + room - _oldest <= _bytes.Length && head.Entry.RecordedNs >= beforeNs) return;
                oldest += Rounded(HeadBytes + head.Length);
            }

            _oldest = oldest;
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = HeadBytes)]
    private struct Header
    {
        [FieldOffset(0)] public int Length;
        [FieldOffset(8)] public FlightEntry Entry;
    }
}
