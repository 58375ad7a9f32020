using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Benchmarks.Splicing;

/// <summary>This project: the real control loop over an arm that is only numbers; inference follows inference, and each chunk takes over at the step really being executed.</summary>
internal sealed class TimedSplicer : ISplicer, IRobot, IPace
{
    private readonly ChunkedPath _path;
    private readonly double _inferenceSeconds;
    private readonly PlanSlot _plans;
    private readonly ControlLoop _loop;
    private JointState _state;
    private (double CapturedAt, int Number) _asked;

    internal TimedSplicer(ChunkedPath path, double inferenceSeconds, RobotDescription arm, long periodNs)
    {
        (_path, _inferenceSeconds, Description, PeriodNs) = (path, inferenceSeconds, arm, periodNs);
        (_state, _asked) = (new(0, ChunkedPath.Start, JointVector.Zero(ChunkedPath.Joints)), (0, 1));
        _plans = new PlanSlot(arm.Joints, new PlanRules());
        _loop = new ControlLoop(this, _plans, this, new ControlOptions { RecordedTicks = 4 });
        _loop.Begin();
    }

    public string Name => "this project";

    public RobotDescription Description { get; }

    public long PeriodNs { get; }

    public Spliced Next(double seconds)
    {
        _state = _state with { TimeNs = ChunkedPath.Nanoseconds(seconds) };
        if (seconds >= _asked.CapturedAt + _inferenceSeconds)
        {
            if (_plans.Offer(_path.ToChunk(_asked.CapturedAt, _asked.Number), _state.TimeNs) is { } refusal) throw new InvalidOperationException(refusal.ToString());
            _asked = (seconds, _asked.Number + 1);
        }

        _loop.Turn(CancellationToken.None);
        return new(_state.Positions.ToArray(), seconds + PeriodNs * 1e-9, _loop.Recorder.Newest(1)[0].Hold != HoldReason.None);
    }

    public JointState Read() => _state;

    public void Write(in JointCommand command) => _state = _state with { Positions = command.Positions };

    public PaceTick WaitForNextPeriod() => new(_state.TimeNs, _state.TimeNs, 0, 0);

    public void Dispose()
    {
    }
}
