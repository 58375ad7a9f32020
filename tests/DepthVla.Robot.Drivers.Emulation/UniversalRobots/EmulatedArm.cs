using System.Collections.Immutable;

namespace DepthVla.Robot.Drivers.Emulation.UniversalRobots;

/// <summary>Six joints that follow their goal, half the way a step, until they are stopped. Any thread.</summary>
internal sealed class EmulatedArm
{
    private readonly Lock _lock = new();
    private readonly double[] _q = [0.1, -1.5, 1.2, -1.3, -1.5, 0.2];
    private readonly double[] _qd = new double[6];
    private double[]? _goal;

    public ImmutableArray<double> Positions
    {
        get { lock (_lock) return [.. _q]; }
    }

    public bool Moving
    {
        get { lock (_lock) return _goal is not null; }
    }

    /// <summary>Whether the controller lets people move it.</summary>
    public bool IsFree { get; set; }

    /// <summary>A hand moves a joint by so much, rad: where it is free.</summary>
    public void Push(int joint, double by)
    {
        lock (_lock) _q[joint] += IsFree ? by : 0;
    }

    public void Follow(double[] goal)
    {
        lock (_lock) _goal = goal;
    }

    public void Stop()
    {
        lock (_lock) _goal = null;
    }

    public (double[] Target, double[] Positions, double[] Velocities) Step(double seconds)
    {
        lock (_lock)
        {
            for (var i = 0; i < 6; i++)
            {
                var way = _goal is null ? 0 : (_goal[i] - _q[i]) / 2;
                _q[i] += way;
                _qd[i] = way / seconds;
            }

            return ([.. _goal ?? _q], [.. _q], [.. _qd]);
        }
    }
}
