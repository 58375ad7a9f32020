using System.Diagnostics;

namespace DepthVla.Robot.Drivers.UniversalRobots.Rtde;

/// <summary>Bytes as TCP brings them, in whatever portions, until they are packages. Allocates once.</summary>
internal sealed class RtdeBuffer
{
    private readonly byte[] _bytes = new byte[2 * RtdePackage.MaxBytes];
    private int _start;
    private int _end;

    /// <summary>Room for what comes next; never empty once every whole package was taken.</summary>
    public Span<byte> Room()
    {
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
        Debug.Assert(_end < _bytes.Length, "a package that is not whole leaves room for its rest");
        return _bytes.AsSpan(_end);
    }

    /// <summary>Takes in the first <paramref name="count"/> bytes of the room.</summary>
    public void Fill(int count) => _end += count;

    /// <summary>Takes the next whole package out. The payload is valid until more room is asked for.</summary>
    /// <exception cref="LinkException">What came is no package.</exception>
    public bool TryTake(out RtdePackageType type, out ReadOnlySpan<byte> payload)
    {
        var size = RtdePackage.Read(_bytes.AsSpan(_start, _end - _start), out type, out payload);
        if (size < 0) throw new LinkException("the controller sent something that is no RTDE package");
        _start += size;
        return size > 0;
    }
}
