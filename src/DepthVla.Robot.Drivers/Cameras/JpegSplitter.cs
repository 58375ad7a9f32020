namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>Cuts a stream of JPEGs, one right behind the other, into pictures, by walking their segments.</summary>
/// <remarks>
/// Looking for the end marker alone would cut at thumbnails inside a segment. What does not begin with a JPEG's first marker is skipped up
/// to the next that does; a picture that grows beyond the limit is dropped.
/// </remarks>
internal sealed class JpegSplitter(int maxBytes)
{
    private byte[] _buffer = new byte[64 << 10];
    private int _length;

    /// <summary>Takes more of the stream; yields the pictures that are now whole.</summary>
    internal IEnumerable<byte[]> Add(ReadOnlyMemory<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + bytes.Length));
        bytes.CopyTo(_buffer.AsMemory(_length));
        _length += bytes.Length;

        while (true)
        {
            Drop(StartOfImage());
            var end = EndOfImage();
            if (end < 0) break;
            yield return _buffer.AsSpan(0, end).ToArray();
            Drop(end);
        }

        if (_length > maxBytes) Drop(_length);
    }

    private int StartOfImage()
    {
        var start = _buffer.AsSpan(0, _length).IndexOf<byte>([0xFF, 0xD8]);
        return start >= 0 ? start : Math.Max(0, _length - 1); // half a marker may be waiting for its other half
    }

    // Just behind the end marker, or −1 while it has not come. Broken structure ends the picture where it breaks: the decoder refuses it.
    private int EndOfImage()
    {
        var data = _buffer.AsSpan(0, _length);
        if (data.Length < 4) return -1;
        var at = 2;
        while (at + 4 <= data.Length)
        {
            if (data[at] != 0xFF) return at;
            var marker = data[at + 1];
            if (marker == 0xD9) return at + 2;
            if (marker == 0xFF)
            {
                at++; // fill bytes
                continue;
            }

            at += 2 + (data[at + 2] << 8 | data[at + 3]);
            if (marker != 0xDA) continue;
            while (at + 1 < data.Length && !(data[at] == 0xFF && data[at + 1] is not (0x00 or 0xFF or >= 0xD0 and <= 0xD7))) at++; // entropy-coded
            if (at + 2 == data.Length && data[at] == 0xFF && data[at + 1] == 0xD9) return at + 2;
        }

        return -1;
    }

    private void Drop(int count)
    {
        if (count == 0) return;
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
