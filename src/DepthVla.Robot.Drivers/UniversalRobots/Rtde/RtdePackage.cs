using System.Buffers.Binary;

namespace DepthVla.Robot.Drivers.UniversalRobots.Rtde;

/// <summary>What a package is: the third byte of its header. Source: RTDE guide, "Header".</summary>
internal enum RtdePackageType : byte
{
    SetupOutputs = (byte)'O',
    PauseData = (byte)'P',
    StartData = (byte)'S',
    Data = (byte)'U',
    ProtocolVersion = (byte)'V',
    Text = (byte)'M',
    ControllerVersion = (byte)'v',
}

/// <summary>The version of the controller's software.</summary>
internal readonly record struct ControllerVersion(uint Major, uint Minor, uint Bugfix, uint Build)
{
    /// <summary>Whether it tells joint currents as torques, too: from 5.23 and 10.11 on.</summary>
    public bool ConvertsCurrents => Major == 5 ? Minor >= 23 : Major > 10 || (Major == 10 && Minor >= 11);

    public override string ToString() => $"{Major}.{Minor}.{Bugfix}.{Build}";
}

/// <summary>What the controller has to say in words.</summary>
/// <param name="Message">Its words.</param>
/// <param name="Source">Which part of it speaks.</param>
/// <param name="Level">0 exception, 1 error, 2 warning, 3 information.</param>
internal readonly record struct RtdeText(string Message, string Source, byte Level)
{
    public override string ToString() => $"{Level switch { 0 => "exception", 1 => "error", 2 => "warning", _ => "note" }} from {Source}: {Message}";
}

/// <summary>Packages of protocol version 2 as bytes, big-endian: size with header (2 bytes), type (1 byte), payload.</summary>
/// <remarks>Source: RTDE guide, "Field types" and "Protocol version 2". Pure; all but texts without allocation.</remarks>
internal static class RtdePackage
{
    public const int HeaderBytes = 3;
    public const int MaxBytes = ushort.MaxValue;
    public const ushort Version = 2;

    /// <summary>Writes a whole package; returns its size.</summary>
    public static int Write(Span<byte> to, RtdePackageType type, ReadOnlySpan<byte> payload)
    {
        var size = HeaderBytes + payload.Length;
        BinaryPrimitives.WriteUInt16BigEndian(to, checked((ushort)size));
        to[2] = (byte)type;
        payload.CopyTo(to[HeaderBytes..]);
        return size;
    }

    /// <summary>Asks for a version of the protocol; returns the size.</summary>
    public static int WriteProtocolVersion(Span<byte> to, ushort version)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, version);
        return Write(to, RtdePackageType.ProtocolVersion, payload);
    }

    /// <summary>Asks for fields at a rate; returns the size.</summary>
    /// <param name="to">Room for the package.</param>
    /// <param name="frequency">Hz.</param>
    /// <param name="names">Names with commas between them, ASCII.</param>
    public static int WriteSetupOutputs(Span<byte> to, double frequency, ReadOnlySpan<byte> names)
    {
        Span<byte> payload = stackalloc byte[8 + names.Length];
        BinaryPrimitives.WriteDoubleBigEndian(payload, frequency);
        names.CopyTo(payload[8..]);
        return Write(to, RtdePackageType.SetupOutputs, payload);
    }

    /// <summary>Looks for a package at the start of <paramref name="bytes"/>.</summary>
    /// <returns>Its size; 0 while it has not come whole; −1 when no package can begin like this.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, out RtdePackageType type, out ReadOnlySpan<byte> payload)
    {
        type = default;
        payload = default;
        if (bytes.Length < HeaderBytes) return 0;
        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (size < HeaderBytes) return -1;
        type = (RtdePackageType)bytes[2];
        if (bytes.Length < size) return 0;
        payload = bytes[HeaderBytes..size];
        return size;
    }

    /// <summary>The answer to a protocol version, and to a start.</summary>
    public static bool TryReadAccepted(ReadOnlySpan<byte> payload, out bool accepted)
    {
        accepted = payload is [1];
        return payload.Length == 1;
    }

    public static bool TryReadVersion(ReadOnlySpan<byte> payload, out ControllerVersion version)
    {
        version = default;
        if (payload.Length != 16) return false;
        version = new(
            BinaryPrimitives.ReadUInt32BigEndian(payload),
            BinaryPrimitives.ReadUInt32BigEndian(payload[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(payload[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(payload[12..]));
        return true;
    }

    /// <summary>The answer to a setup: the recipe's number, and a type for each name in its order.</summary>
    public static bool TryReadTypes(ReadOnlySpan<byte> payload, out byte recipe, out ReadOnlySpan<byte> types)
    {
        recipe = 0;
        types = default;
        if (payload.IsEmpty) return false;
        recipe = payload[0];
        types = payload[1..];
        return true;
    }

    public static bool TryReadText(ReadOnlySpan<byte> payload, out RtdeText text)
    {
        text = default;
        if (!TryTakeString(ref payload, out var message) || !TryTakeString(ref payload, out var source) || payload.Length != 1) return false;
        text = new(Printable(message), Printable(source), payload[0]);
        return true;
    }

    private static bool TryTakeString(ref ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (payload.IsEmpty || payload.Length < 1 + payload[0]) return false;
        text = payload.Slice(1, payload[0]);
        payload = payload[(1 + text.Length)..];
        return true;
    }

    // It goes into logs, whatever came.
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Math.Min(bytes.Length, 255)];
        for (var i = 0; i < text.Length; i++) text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '?';
        return new string(text);
    }
}
