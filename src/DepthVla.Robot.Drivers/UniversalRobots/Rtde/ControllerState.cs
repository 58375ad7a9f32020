namespace DepthVla.Robot.Drivers.UniversalRobots.Rtde;

/// <summary>Field robot_mode. Source: RTDE guide, "Robot controller outputs".</summary>
internal enum RobotMode
{
    NoController = -1,
    Disconnected = 0,
    ConfirmSafety = 1,
    Booting = 2,
    PowerOff = 3,
    PowerOn = 4,
    Idle = 5,
    Backdrive = 6,
    Running = 7,
    UpdatingFirmware = 8,
}

/// <summary>Field safety_mode.</summary>
internal enum SafetyMode
{
    Normal = 1,
    Reduced = 2,
    ProtectiveStop = 3,
    Recovery = 4,
    SafeguardStop = 5,
    SystemEmergencyStop = 6,
    RobotEmergencyStop = 7,
    Violation = 8,
    Fault = 9,
    ValidateJointId = 10,
    Undefined = 11,
}

/// <summary>Field safety_status_bits.</summary>
[Flags]
internal enum SafetyBits
{
    None = 0,
    Normal = 1 << 0,
    Reduced = 1 << 1,
    ProtectiveStopped = 1 << 2,
    Recovery = 1 << 3,
    SafeguardStopped = 1 << 4,
    SystemEmergencyStopped = 1 << 5,
    RobotEmergencyStopped = 1 << 6,
    EmergencyStopped = 1 << 7,
    Violation = 1 << 8,
    Fault = 1 << 9,
    StoppedDueToSafety = 1 << 10,
}

/// <summary>Field runtime_state.</summary>
internal enum ProgramState
{
    Stopping = 0,
    Stopped = 1,
    Playing = 2,
    Pausing = 3,
    Paused = 4,
    Resuming = 5,
}

/// <summary>What keeps an arm from being moved, in words, with what to do about it.</summary>
internal static class ControllerState
{
    private const SafetyBits EmergencyBits = SafetyBits.SystemEmergencyStopped | SafetyBits.RobotEmergencyStopped | SafetyBits.EmergencyStopped;

    /// <summary>Why the safety system lets nothing move, or null when it does.</summary>
    /// <remarks>Emergency stops are the controller's own: nothing that this driver does is called one.</remarks>
    public static string? SafetyProblem(in RtdeSample sample)
    {
        var (mode, bits) = (sample.Safety, sample.SafetyBits);
        if (mode is SafetyMode.SystemEmergencyStop or SafetyMode.RobotEmergencyStop || (bits & EmergencyBits) != 0)
        {
            return "the controller is in emergency stop: release the button, then power on and release the brakes on the pendant";
        }

        if (Is(SafetyMode.Violation, SafetyBits.Violation)) return "the controller reports a safety violation: restart the safety system on the pendant";
        if (Is(SafetyMode.Fault, SafetyBits.Fault)) return "the controller reports a safety fault: see the log on the pendant";
        if (Is(SafetyMode.ProtectiveStop, SafetyBits.ProtectiveStopped)) return "the controller is in protective stop: find out what the arm met, then unlock it on the pendant";
        if (Is(SafetyMode.SafeguardStop, SafetyBits.SafeguardStopped)) return "the controller is in safeguard stop: reset the safeguard";
        if (Is(SafetyMode.Recovery, SafetyBits.Recovery)) return "the controller is in recovery mode: move the arm back inside its limits on the pendant";
        if (mode is not (SafetyMode.Normal or SafetyMode.Reduced)) return $"the controller's safety mode is {(int)mode}; expected 1 (normal) or 2 (reduced)";
        return bits.HasFlag(SafetyBits.StoppedDueToSafety) ? "the controller's safety system stopped the arm: see the pendant" : null;

        bool Is(SafetyMode named, SafetyBits bit) => mode == named || (bits & bit) != 0;
    }

    /// <summary>Why the arm is not powered and free to move, or null when it is.</summary>
    public static string? RobotProblem(in RtdeSample sample) => sample.Robot switch
    {
        RobotMode.Running => null,
        RobotMode.PowerOff => "the arm is powered off: power it on and release the brakes on the pendant",
        RobotMode.PowerOn or RobotMode.Idle => "the arm's brakes are on: release them on the pendant",
        RobotMode.Booting => "the controller is booting: wait until it has, then power the arm on",
        RobotMode.ConfirmSafety => "the controller waits for its safety configuration to be confirmed on the pendant",
        RobotMode.Backdrive => "the arm is being moved by hand: leave that mode on the pendant",
        RobotMode.Disconnected or RobotMode.NoController => "the controller has no connection to the arm",
        RobotMode.UpdatingFirmware => "the arm's firmware is being updated",
        _ => $"the robot mode is {(int)sample.Robot}; expected 7 (running)",
    };

    /// <summary>Why the script that follows our targets does not run on, or null when it may.</summary>
    public static string? ProgramProblem(in RtdeSample sample) => sample.Program is ProgramState.Pausing or ProgramState.Paused
        ? "the program on the controller was paused"
        : null;
}
