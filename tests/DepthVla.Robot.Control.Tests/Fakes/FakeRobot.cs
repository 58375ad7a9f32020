using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>An arm that is where it was told to be, and remembers every command.</summary>
internal sealed class FakeRobot(RobotDescription description, double[] start, FakePace pace, int capacity = 20_000) : IRobot
{
    private readonly JointCommand[] _commands = new JointCommand[capacity];
    private JointVector _positions = JointVector.From(start);

    public RobotDescription Description => description;

    public int Count { get; private set; }

    /// <summary>Subtracted from the time of every state.</summary>
    public long AgeNs { get; set; }

    /// <summary>How far something holds every joint away from its command, rad or m.</summary>
    public double PushedBy { get; set; }

    public FreeDrive FreeDrive { get; init; } = FreeDrive.Limp;

    /// <summary>Where a hand puts every joint while the arm is free, rad or m.</summary>
    public double? Hand { get; set; }

    /// <summary>What every joint's motor gives, N·m or N.</summary>
    public double Effort { get; set; }

    /// <summary>Whose clock stamps its states.</summary>
    public FakePace Pace { get; set; } = pace;

    /// <summary>What each command asked for.</summary>
    public IEnumerable<CommandKind> Kinds => _commands.Take(Count).Select(command => command.Kind);

    public IReadOnlyList<double[]> Commands => [.. _commands.Take(Count).Select(command => command.Positions.ToArray())];

    public JointState Read()
    {
        var measured = _positions;
        for (var i = 0; i < measured.Count; i++) measured[i] += PushedBy;
        var efforts = JointVector.Zero(measured.Count);
        efforts.AsSpan().Fill(Effort);
        return new(Pace.NowNs - AgeNs, measured, JointVector.Zero(measured.Count), efforts);
    }

    public void Write(in JointCommand command)
    {
        if (command.Kind == CommandKind.Follow) _positions = command.Positions;
        else if (command.Kind == CommandKind.Free && Hand is { } hand) _positions.AsSpan().Fill(hand);
        _commands[Count++] = command;
    }

    public void Dispose()
    {
    }
}
