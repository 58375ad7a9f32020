namespace DepthVla.Robot.Drivers.Dynamixel.Protocol;

/// <summary>What a packet asks for, or that it answers. ROBOTIS e-manual, Protocol 2.0, "Instruction".</summary>
internal enum Instruction : byte
{
    /// <summary>Are you there? Answered with model number and firmware version.</summary>
    Ping = 0x01,

    /// <summary>Bytes of one motor's control table.</summary>
    Read = 0x02,

    /// <summary>Changes bytes of one motor's control table.</summary>
    Write = 0x03,

    /// <summary>An answer.</summary>
    Status = 0x55,

    /// <summary>The same bytes of many motors, which answer one after the other.</summary>
    SyncRead = 0x82,

    /// <summary>Changes the same bytes of many motors at once; nobody answers.</summary>
    SyncWrite = 0x83,
}
