using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Drivers.UniversalRobots.Rtde;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>Where an arm is, and how it is to be driven.</summary>
public sealed record UniversalRobotsOptions
{
    /// <summary>The controller's address or name.</summary>
    public required string Host { get; init; }

    /// <summary>Which arm it is, with its limits: six joints in rad; see <see cref="UniversalRobotsModel.Describe"/>.</summary>
    public required RobotDescription Description { get; init; }

    /// <summary>TCP port of the controller's RTDE. The default is 30004.</summary>
    public int RtdePort { get; init; } = 30004;

    /// <summary>TCP port of the controller's secondary interface, which takes the script. The default is 30002.</summary>
    public int ScriptPort { get; init; } = 30002;

    /// <summary>TCP port of the controller's dashboard, which is asked about remote control and model; null asks nobody. The default is 29999.</summary>
    public int? DashboardPort { get; init; } = 29999;

    /// <summary>TCP port of this computer that the script connects to; 0 takes any that is free. The default is 50001.</summary>
    public int ReversePort { get; init; } = 50001;

    /// <summary>This computer's address as the controller knows it. The default is the one that the connection to the controller leaves from.</summary>
    public string? ReverseHost { get; init; }

    /// <summary>States a second, and commands a second at most, Hz. The default is 500; from 100 to 500.</summary>
    public double Frequency { get; init; } = 500;

    /// <summary>How far the arm's servo looks ahead: longer is smoother and later. The default is 100 ms, as the URScript manual's; from 30 to 200 ms.</summary>
    public TimeSpan LookaheadTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How hard the arm's servo pulls towards its target; no unit. The default is 300, as the URScript manual's; from 100 to 2000.</summary>
    public int Gain { get; init; } = 300;

    /// <summary>How hard the script brakes when it stops the arm, rad/s². The default is 4; from 0.5 to 20.</summary>
    public double StopDeceleration { get; init; } = 4;

    /// <summary>After how many read timeouts of 20 ms without a command the script stops the arm. The default is 5, that is 100 ms; from 2 to 50.</summary>
    public int MissedReads { get; init; } = 5;

    /// <summary>How far a joint's target may be from the one before, rad; beyond it the script stops the arm. The default is 0.25; from 0.01 to 1.</summary>
    public double MaxTargetStep { get; init; } = 0.25;

    /// <summary>How long no state may come before the connection counts as lost. The default is 100 ms; from 20 ms to 5 s.</summary>
    public TimeSpan StateTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long each step of the start may take. The default is 5 s; from 0.1 s to 1 min.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Hears what the controller says, and why control ended. On the driver's thread: it must return soon. The default is nobody.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Called first thing on the driver's thread: the place to ask for a real-time priority. The default does nothing.</summary>
    public Action? PrepareThread { get; init; }

    /// <summary>How long the script waits for a command before it stops the arm.</summary>
    public TimeSpan CommandTimeout => TimeSpan.FromSeconds(ServoScript.ReadTimeoutSeconds) * MissedReads;

    /// <summary>Everything that is wrong with these options; empty when nothing is.</summary>
    internal List<string> Problems()
    {
        var problems = new List<string>();
        void Expect(bool holds, string problem)
        {
            if (!holds) problems.Add(problem);
        }

        Expect(Uri.CheckHostName(Host) != UriHostNameType.Unknown, $"host is '{Host}'; expected an address or a name");
        Expect(ReverseHost is null || Uri.CheckHostName(ReverseHost) != UriHostNameType.Unknown,
            $"reverse host is '{ReverseHost}'; expected an address or a name");
        Expect(RtdePort is > 0 and <= 65535, $"RTDE port is {RtdePort}; expected 1 to 65535");
        Expect(ScriptPort is > 0 and <= 65535, $"script port is {ScriptPort}; expected 1 to 65535");
        Expect(DashboardPort is null or > 0 and <= 65535, $"dashboard port is {DashboardPort}; expected 1 to 65535, or none");
        Expect(ReversePort is >= 0 and <= 65535, $"reverse port is {ReversePort}; expected 0 to 65535");
        Expect(Frequency is >= 100 and <= 500, $"frequency is {Frequency} Hz; expected 100 to 500 Hz");
        Expect(LookaheadTime.TotalSeconds is >= 0.03 and <= 0.2, $"lookahead time is {LookaheadTime.TotalSeconds} s; expected 0.03 to 0.2 s");
        Expect(Gain is >= 100 and <= 2000, $"gain is {Gain}; expected 100 to 2000");
        Expect(StopDeceleration is >= 0.5 and <= 20, $"stop deceleration is {StopDeceleration} rad/s²; expected 0.5 to 20 rad/s²");
        Expect(MissedReads is >= 2 and <= 50, $"missed reads are {MissedReads}; expected 2 to 50");
        Expect(MaxTargetStep is >= 0.01 and <= 1, $"max target step is {MaxTargetStep} rad; expected 0.01 to 1 rad");
        Expect(StateTimeout.TotalSeconds is >= 0.02 and <= 5, $"state timeout is {StateTimeout.TotalSeconds} s; expected 0.02 to 5 s");
        Expect(StartTimeout.TotalSeconds is >= 0.1 and <= 60, $"start timeout is {StartTimeout.TotalSeconds} s; expected 0.1 to 60 s");
        Expect(Description.Joints.Length == RtdeSample.Joints && Description.Joints.All(j => j is { Unit: JointUnit.Radian, IsGripper: false }),
            $"'{Description.Name}' has other joints than {RtdeSample.Joints} in rad");
        return problems;
    }
}
