namespace DepthVla.Robot.Daemon.Options;

/// <summary>What the operator chose, valid as a whole. <see cref="DaemonOptionsReader"/> knows defaults, ranges and explanations.</summary>
internal sealed record DaemonOptions
{
    /// <summary>The policy server.</summary>
    public string Server { get; init; } = "http://127.0.0.1:50051";

    /// <summary>This robot's name; one session a name.</summary>
    public string RobotId { get; init; } = "wx250s-sim";

    /// <summary>What to do, by the name of a task.</summary>
    public string Task { get; init; } = "spoon-on-towel";

    /// <summary>What to do, in plain words; empty for the task's.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>Commands a second, Hz.</summary>
    public int ControlRate { get; init; } = 500;

    /// <summary>Observations a second, Hz; 0 leaves it to the policy, or else to a usual 10.</summary>
    public double ObservationRate { get; init; }

    /// <summary>Steps a second that the robot expects in a chunk, Hz.</summary>
    public double StepRate { get; init; } = 15;

    /// <summary>How long after capture an answer is of use.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(210);

    /// <summary>Lays out the simulated table.</summary>
    public int Seed { get; init; }

    /// <summary>Files in the place of the cameras, by camera name; empty for the simulated ones.</summary>
    public IReadOnlyDictionary<string, string> CameraFiles { get; init; } = new Dictionary<string, string>();

    /// <summary>How long to run; zero until stopped.</summary>
    public TimeSpan Seconds { get; init; }

    /// <summary>Where to write the summary, or empty.</summary>
    public string Json { get; init; } = "";

    /// <summary>Where to write the picture strip, or empty.</summary>
    public string Pictures { get; init; } = "";

    /// <summary>Where to write the physics log, or empty.</summary>
    public string PhysicsLog { get; init; } = "";

    /// <summary>SCHED_FIFO priority of the control thread; 0 asks for none.</summary>
    public int Priority { get; init; } = 80;
}
