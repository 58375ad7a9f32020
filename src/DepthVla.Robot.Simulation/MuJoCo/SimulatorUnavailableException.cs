namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>The simulator cannot run on this machine; the message says what is missing and how to get it.</summary>
public sealed class SimulatorUnavailableException : Exception
{
    /// <summary>Says what is missing and how to get it.</summary>
    public SimulatorUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>The same, with what revealed it.</summary>
    public SimulatorUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
