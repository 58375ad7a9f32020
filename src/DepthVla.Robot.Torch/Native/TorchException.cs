namespace DepthVla.Robot.Torch.Native;

/// <summary>A libtorch call failed; the message names the operator and the shapes, types and devices it was given.</summary>
/// <remarks>libtorch itself prints the cause to standard error; before 2.13 its text cannot be read back.</remarks>
public sealed class TorchException : Exception
{
    /// <summary>Tells what failed.</summary>
    public TorchException(string message) : base(message) { }

    /// <summary>Tells what failed, and why.</summary>
    public TorchException(string message, Exception innerException) : base(message, innerException) { }
}
