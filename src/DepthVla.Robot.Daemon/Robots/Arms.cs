using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Drivers.ArmService;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Mirror;
using DepthVla.Robot.Drivers.UniversalRobots;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>Opens the arm that the options ask for, where it is not simulated. It stays where it is.</summary>
internal static class Arms
{
    /// <exception cref="RobotConfigurationException">The robot file does not fit the arm.</exception>
    /// <exception cref="Exception">The arm cannot be driven; see <see cref="CannotOpen"/>.</exception>
    public static async Task<IRobot> OpenAsync(DaemonOptions options, MonotonicClock clock, CancellationToken cancellationToken) => options.Arm.Connection switch
    {
        ArmConnection.Mirror => new MirrorArm(Known(options), Wx250s.Home, clock),
        ArmConnection.Serial => DynamixelArm.Open(Known(options), WidowX250s.Joints, Serial(options), clock),
        ArmConnection.Controller => await UniversalRobotsArm.ConnectAsync(Controller(options), clock, cancellationToken),
        ArmConnection.Service => await ArmServiceArm.ConnectAsync(Service(options), clock, cancellationToken),
        _ => throw new ArgumentException($"--arm {options.Arm.Name} is opened with its world", nameof(options)),
    };

    /// <summary>What the arm is and where it stands. It is told nothing; a service is asked to begin, and to end without a command.</summary>
    /// <exception cref="RobotConfigurationException">The robot file does not fit the arm.</exception>
    /// <exception cref="Exception">The arm cannot be driven; see <see cref="CannotOpen"/>.</exception>
    public static async Task<(RobotDescription Arm, JointState State)> InspectAsync(DaemonOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        if (options.Arm.Connection == ArmConnection.Serial) return (Known(options), DynamixelArm.Inspect(Known(options), WidowX250s.Joints, Serial(options), clock));
        if (options.Arm.Connection == ArmConnection.Controller) return (Known(options), await UniversalRobotsArm.InspectAsync(Controller(options), clock, cancellationToken));
        using var arm = await OpenAsync(options, clock, cancellationToken);
        return (arm.Description, arm.Read());
    }

    /// <summary>Whether this is how a driver says that its arm cannot be driven.</summary>
    public static bool CannotOpen(Exception e) => e is DynamixelException or Drivers.Dynamixel.Serial.SerialPortException or UniversalRobotsException or ArmServiceException;

    private static RobotDescription Known(DaemonOptions options) => Describe(options, options.Arm.Description!);

    private static RobotDescription Describe(DaemonOptions options, RobotDescription arm)
    {
        var problems = new List<SettingProblem>();
        var driven = options.RobotFile.Apply(arm, problems);
        if (problems.Count > 0) throw new RobotConfigurationException([.. problems.Select(problem => problem.ToString())]);
        try { DescriptionCheck.ThrowIfUnusable(driven, options.ControlPeriodNs); }
        catch (ArgumentException e) { throw new RobotConfigurationException([e.Message], e); }
        return driven;
    }

    // Three answers that lack are fewer than make the state too old: so the loss has a name.
    private static DynamixelArmOptions Serial(DaemonOptions options) => new()
    {
        Port = options.Port, AnswerTimeout = options.MaxStateAge / 5, MaxMissedCycles = 3, BusWatchdog = 2 * options.MaxStateAge, Priority = DriverPriority(options),
    };

    private static UniversalRobotsOptions Controller(DaemonOptions options) => new()
    {
        Host = options.ArmHost, Description = Known(options), StateTimeout = options.MaxStateAge,
        PrepareThread = () => { if (DriverPriority(options) is > 0 and var priority) RealTime.Request(priority); },
    };

    private static ArmServiceOptions Service(DaemonOptions options) =>
        new() { Address = options.ArmService, Describe = arm => Describe(options, arm), StateTimeout = options.MaxStateAge, CommandTimeout = options.MaxStateAge };

    // The control thread goes first.
    private static int DriverPriority(DaemonOptions options) => Math.Max(0, options.Priority - 1);
}
