using System.Runtime.CompilerServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>A copy of a simulation's positions, by value, and its brightness: all that a picture of it depends on. Real-time safe.</summary>
public struct SceneState
{
    /// <summary>The most generalised positions that a scene may have.</summary>
    internal const int Capacity = 72;

    private Values _values;
    private int _count;

    /// <summary>When the scene looked so, on the robot's monotonic clock.</summary>
    public long TimeNs { get; private set; }

    /// <summary>How bright its picture is; 1 is the model's own.</summary>
    internal double Brightness { get; private set; }

    internal static SceneState Of(MjData data, long timeNs, double brightness)
    {
        var state = new SceneState { _count = data.Positions.Length, TimeNs = timeNs, Brightness = brightness };
        data.Positions.CopyTo(state._values);
        return state;
    }

    /// <exception cref="InvalidOperationException">It is the state of another model.</exception>
    internal readonly void CopyTo(MjData data)
    {
        if (data.Positions.Length != _count) throw new InvalidOperationException("The scene is now one of another model than this renderer draws.");
        ((ReadOnlySpan<double>)_values)[.._count].CopyTo(data.Positions);
    }

    [InlineArray(Capacity)]
    private struct Values
    {
        private double _first;
    }
}
