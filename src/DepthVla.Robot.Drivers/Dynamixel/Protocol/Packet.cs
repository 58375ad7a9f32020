namespace DepthVla.Robot.Drivers.Dynamixel.Protocol;

/// <summary>A sound packet, its stuffing removed; a view of the parser's buffer.</summary>
internal readonly ref struct Packet(byte id, Instruction instruction, ReadOnlySpan<byte> parameters)
{
    /// <summary>Everyone.</summary>
    public const byte Broadcast = 0xFE;

    /// <summary>The highest number that a motor can have.</summary>
    public const byte MaxId = 252;

    /// <summary>Header, reserved byte, number and length: what comes before the instruction.</summary>
    internal const int Prefix = 7;

    /// <summary>Instruction and checksum: the shortest length field.</summary>
    internal const int MinLength = 3;

    /// <summary>Header and the reserved byte, which is 0 in every packet.</summary>
    internal static ReadOnlySpan<byte> Header => [0xFF, 0xFF, 0xFD, 0x00];

    /// <summary>Who is asked, or who answers.</summary>
    public byte Id { get; } = id;

    /// <summary>What is asked.</summary>
    public Instruction Instruction { get; } = instruction;

    /// <summary>What goes with it; in an answer the error byte comes first.</summary>
    public ReadOnlySpan<byte> Parameters { get; } = parameters;
}
