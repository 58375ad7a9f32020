using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Benchmarks.Limits;

/// <summary>An arm and a clock that are only numbers, and ten times a second a chunk that asks for another place at random.</summary>
internal sealed class Wanderer(RobotDescription arm, long periodNs, Random random) : IRobot, IPace
{
    private const long EveryNs = 100_000_000;

    private JointState _state = new(0, Wx250s.Home, JointVector.Zero(arm.Joints.Length));
    private int _chunks;

    public RobotDescription Description => arm;

    public long PeriodNs => periodNs;

    public PlanSlot Plans { get; } = new(arm.Joints, new PlanRules());

    /// <summary>Time goes on by a period.</summary>
    public void Advance()
    {
        _state = _state with { TimeNs = _state.TimeNs + periodNs };
        if (_state.TimeNs % EveryNs != 0) return;
        float[] place = [.. arm.Joints.Select(joint => (float)(joint.MinPosition + (joint.MaxPosition - joint.MinPosition) * random.NextDouble()))];
        var chunk = new ActionChunk
        {
            BasedOnSequence = ++_chunks, FirstStepTimeNs = _state.TimeNs, StepPeriodNs = EveryNs, StepValidNs = EveryNs, Steps = 4, Dims = place.Length,
            Actions = Enumerable.Repeat(place, 4).SelectMany(step => step).ToArray(), ModelHash = "", NoiseSeed = 0, Timings = default,
        };
        if (Plans.Offer(chunk, _state.TimeNs) is { } refusal) throw new InvalidOperationException(refusal.Message);
    }

    public JointState Read() => _state;

    public void Write(in JointCommand command) => _state = _state with { Positions = command.Positions };

    public PaceTick WaitForNextPeriod() => new(_state.TimeNs, _state.TimeNs, 0, 0);

    public void Dispose()
    {
    }
}
