using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>A device that an option names.</summary>
internal static class GivenDevice
{
    /// <summary>The device, if libtorch reaches it.</summary>
    /// <exception cref="UsageException">It is none, or out of reach.</exception>
    internal static TorchDevice Require(string option, string text)
    {
        try
        {
            return TorchDevice.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException(new(option, "cpu, cuda or cuda:N", $"'{text}'", $"say {option} cpu where there is no GPU"), e);
        }
        catch (TorchException e)
        {
            throw new UsageException(new(option, "a device that libtorch reaches", $"'{text}'", e.Message), e);
        }
    }
}
