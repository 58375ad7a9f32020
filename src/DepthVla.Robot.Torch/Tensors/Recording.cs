namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Work on tensors that can be done again, on the same memory.</summary>
public interface IRecording : IDisposable
{
    /// <summary>Does it, and waits for it.</summary>
    void Replay();
}

/// <summary>Keeps the host's numbers out of what is being recorded: they would be those of the recording for ever.</summary>
public static class Recording
{
    [ThreadStatic]
    private static bool _isOpen;

    /// <summary>Until disposed, making a tensor from numbers, moving one to another device and reading one are refused on this thread.</summary>
    public static IDisposable Begin()
    {
        _isOpen = true;
        return new Open();
    }

    internal static void Refuse(string what)
    {
        if (_isOpen) throw new InvalidOperationException($"{what} cannot be recorded: it would be done once and never again. Do it before, or after");
    }

    private sealed class Open : IDisposable
    {
        public void Dispose() => _isOpen = false;
    }
}
