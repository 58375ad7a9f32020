namespace DepthVla.Robot.Drivers.Dynamixel.Protocol;

/// <summary>The error byte of an answer. ROBOTIS e-manual, Protocol 2.0, "Status Packet / Error".</summary>
/// <param name="Value">As it came.</param>
internal readonly record struct StatusError(byte Value)
{
    private const byte AlertBit = 0x80;

    /// <summary>The motor has a hardware error, whatever became of the instruction; its Hardware Error Status says which.</summary>
    public bool Alert => (Value & AlertBit) != 0;

    /// <summary>The instruction was carried out.</summary>
    public bool Done => (Value & ~AlertBit) == 0;

    /// <summary>Why the instruction was refused, in words.</summary>
    public string Reason => (Value & ~AlertBit) switch
    {
        0x00 => "nothing",
        0x01 => "it failed to carry out the instruction",
        0x02 => "it does not know the instruction",
        0x03 => "the instruction reached it damaged",
        0x04 => "the value is out of range",
        0x05 => "the data is too short",
        0x06 => "the value is beyond its limits",
        0x07 => "the address cannot be read or written now",
        var number => $"error number 0x{number:X2}",
    };
}
