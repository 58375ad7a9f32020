namespace DepthVla.Robot.Torch.Safetensors;

/// <summary>A safetensors file that cannot be trusted: what is wrong, in which file.</summary>
public sealed class SafetensorsException : Exception
{
    /// <summary>Tells what is wrong.</summary>
    public SafetensorsException(string message) : base(message) { }

    /// <summary>Tells what is wrong, and what revealed it.</summary>
    public SafetensorsException(string message, Exception innerException) : base(message, innerException) { }
}
