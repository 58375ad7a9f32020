using System.Runtime.CompilerServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>A copy of a simulation's positions, by value: all that a picture of it depends on. Real-time safe.</summary>
public struct SceneState
{
    /// <summary>The most generalised positions that a scene may have.</summary>
    internal const int Capacity = 64;

    private Values _values;
    private int _count;

    /// <summary>When the scene looked so, on the robot's monotonic clock.</summary>
    public long TimeNs { get; private set; }

    internal static SceneState Of(MjData data, long timeNs)
    {
        var state = new SceneState { _count = data.Positions.Length, TimeNs = timeNs };
        data.Positions.CopyTo(state._values);
        return state;
    }

    internal readonly void CopyTo(MjData data) => ((ReadOnlySpan<double>)_values)[.._count].CopyTo(data.Positions);

    [InlineArray(Capacity)]
    private struct Values
    {
        private double _first;
    }
}
