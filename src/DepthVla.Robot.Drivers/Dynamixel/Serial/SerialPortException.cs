namespace DepthVla.Robot.Drivers.Dynamixel.Serial;

/// <summary>A serial port that cannot be opened, or is gone; the message says which and why.</summary>
public sealed class SerialPortException : Exception
{
    /// <summary>Tells what happened to <paramref name="port"/>.</summary>
    public SerialPortException(string port, string message) : base($"serial port {port}: {message}") => Port = port;

    /// <summary>The same, with what revealed it.</summary>
    public SerialPortException(string port, string message, Exception innerException) : base($"serial port {port}: {message}", innerException) => Port = port;

    /// <summary>The port's path.</summary>
    public string Port { get; }
}
