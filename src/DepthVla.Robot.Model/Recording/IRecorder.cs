using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Recording;

/// <summary>Makes recordings of a network's work.</summary>
internal interface IRecorder
{
    /// <summary>Records <paramref name="work"/>. It may be done a few times for that; each gives the same.</summary>
    /// <param name="work">From static memory to static memory, its stages on a clock.</param>
    /// <returns>What does it again, and what tells how long its stages took.</returns>
    (IRecording Recording, IStageTimes Times) Record(Action<IStageClock> work);
}

/// <summary>How long the stages of a recording took.</summary>
internal interface IStageTimes : IDisposable
{
    /// <summary>Adds those of the last run to <paramref name="clock"/>.</summary>
    void AddTo(IStageClock clock);
}
