using System.Collections.Immutable;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.UniversalRobots;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>By what an arm is reached.</summary>
internal enum ArmConnection
{
    /// <summary>It is simulated, with the table that it stands at.</summary>
    Simulation,

    /// <summary>There is none: its state is what it was told.</summary>
    Mirror,

    /// <summary>A serial port with motors on a bus.</summary>
    Serial,

    /// <summary>A controller with an address.</summary>
    Controller,

    /// <summary>An arm service.</summary>
    Service,
}

/// <summary>An arm that can be chosen.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Connection">How it is reached.</param>
/// <param name="Description">As it comes; null where the arm service says.</param>
internal sealed record ArmKind(string Name, ArmConnection Connection, RobotDescription? Description)
{
    /// <summary>The default.</summary>
    public static ArmKind Simulated { get; } = new("wx250s-sim", ArmConnection.Simulation, Wx250s.Description);

    /// <summary>Every one.</summary>
    public static ImmutableArray<ArmKind> All { get; } =
    [
        Simulated,
        new("mirror", ArmConnection.Mirror, Wx250s.Description),
        new("wx250s", ArmConnection.Serial, WidowX250s.Strengths(Wx250s.Description)),
        .. UniversalRobotsModel.All.Select(model => new ArmKind(model.Name, ArmConnection.Controller, model.Describe())),
        new("service", ArmConnection.Service, null),
    ];

    /// <summary>The one of this name, or null.</summary>
    public static ArmKind? Named(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>Whether something moves that can hurt somebody.</summary>
    public bool IsReal => Connection is not (ArmConnection.Simulation or ArmConnection.Mirror);

    /// <summary>Whether there is a simulated world around it.</summary>
    public bool IsSimulated => Connection == ArmConnection.Simulation;
}
