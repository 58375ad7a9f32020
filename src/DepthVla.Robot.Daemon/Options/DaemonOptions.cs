using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Daemon.Depth;
using DepthVla.Robot.Daemon.RobotFiles;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>What the operator chose, valid as a whole. <see cref="DaemonOptionsReader"/> knows defaults, ranges and explanations.</summary>
internal sealed record DaemonOptions
{
    /// <summary>The policy server, or several with commas between: the next is turned to when one is lost.</summary>
    public string Server { get; init; } = "http://127.0.0.1:50051";

    /// <summary>Each of them.</summary>
    public IReadOnlyList<string> Servers => Server.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>How to know the servers and be known to them.</summary>
    public ServiceCredentials Credentials { get; init; } = ServiceCredentials.None;

    /// <summary>The name of the server's model that shall answer; empty for the first that fits.</summary>
    public string Model { get; init; } = "";

    /// <summary>What the keys and numbers of servers that speak openpi's protocol mean; null where none does.</summary>
    public PolicyMapping? OpenpiMapping { get; init; }

    /// <summary>Which arm is driven.</summary>
    public ArmKind Arm { get; init; } = ArmKind.Simulated;

    /// <summary>The serial port of an arm on one, or empty.</summary>
    public string Port { get; init; } = "";

    /// <summary>The address of an arm's controller, or empty.</summary>
    public string ArmHost { get; init; } = "";

    /// <summary>The address of an arm service, or empty.</summary>
    public string ArmService { get; init; } = "";

    /// <summary>What is particular to the place where the arm stands.</summary>
    public RobotFile RobotFile { get; init; } = RobotFile.None;

    /// <summary>How old the arm's state may grow before the arm is lost.</summary>
    public TimeSpan MaxStateAge { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>This robot's name; one session a name.</summary>
    public string RobotId { get; init; } = "wx250s-sim";

    /// <summary>What to do, by the name of a task.</summary>
    public string Task { get; init; } = "spoon-on-towel";

    /// <summary>What to do, in plain words; empty for the task's.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>What the robot is told from the start to the end, in plain words; empty where each task to attempt has its own.</summary>
    public string Told => Instruction.Length > 0 ? Instruction : Tasks.Count > 0 ? "" : TabletopTask.Named(Task).Instruction;

    /// <summary>The names of tasks to attempt in turn, each attempt at a table laid out anew; empty to do one thing until the end.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Attempts at each of the tasks; 0 goes on until the end of the time.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Lays out the table for the first attempt at each task; the next attempts take the numbers that follow.</summary>
    public int FirstSeed { get; init; }

    /// <summary>Commands a second, Hz.</summary>
    public int ControlRate { get; init; } = 500;

    /// <summary>From one command to the next, ns.</summary>
    public long ControlPeriodNs => 1_000_000_000 / ControlRate;

    /// <summary>By how much the arm's limits are narrowed.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>Observations a second, Hz; 0 leaves it to the policy, or else to a usual 10.</summary>
    public double ObservationRate { get; init; }

    /// <summary>Steps a second that the robot expects in a chunk, Hz; 0 takes the policy's word for it.</summary>
    public double StepRate { get; init; }

    /// <summary>How long after capture an answer is of use.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(210);

    /// <summary>Lays out the simulated table.</summary>
    public int Seed { get; init; }

    /// <summary>The cameras, in the policy's order; in a simulated world what takes the place of some of its own.</summary>
    public IReadOnlyList<CameraSource> Cameras { get; init; } = [];

    /// <summary>What is wrong with the simulated cameras.</summary>
    public CameraFault CameraFault { get; init; }

    /// <summary>Whether every chunk must come with depth that can be.</summary>
    public bool DepthChecks { get; init; }

    /// <summary>What is ahead of the gripper slows the arm; null where nothing does.</summary>
    public DepthClearance? DepthClearance { get; init; }

    /// <summary>How long to run; zero until stopped.</summary>
    public TimeSpan Seconds { get; init; }

    /// <summary>Where to write the summary, or what check found; empty for nowhere.</summary>
    public string Json { get; init; } = "";

    /// <summary>Where to write the picture strip, or empty.</summary>
    public string Pictures { get; init; } = "";

    /// <summary>Where to write the physics log, or empty.</summary>
    public string PhysicsLog { get; init; } = "";

    /// <summary>What the arm may do from the start.</summary>
    public StartAs Start { get; init; } = StartAs.Armed;

    /// <summary>The Unix socket on which the daemon listens to its operator.</summary>
    public string OperatorSocket { get; init; } = "";

    /// <summary>The port of the status page and metrics, on this machine alone; 0 for none.</summary>
    public int StatusPort { get; init; }

    /// <summary>How much of the past the flight recorder keeps; zero for no recorder.</summary>
    public TimeSpan RecorderSeconds { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The memory that the flight recorder takes, MiB.</summary>
    public int RecorderMegabytes { get; init; } = 64;

    /// <summary>Where every run leaves a flight; empty for only those that a fault or a request made, in <c>flights</c>.</summary>
    public string RecorderFolder { get; init; } = "";

    /// <summary>SCHED_FIFO priority of the control thread; 0 asks for none.</summary>
    public int Priority { get; init; } = 80;

    /// <summary>SCHED_FIFO priority of the simulated arm's physics; 0 asks for none.</summary>
    public int PhysicsPriority { get; init; } = 40;
}
