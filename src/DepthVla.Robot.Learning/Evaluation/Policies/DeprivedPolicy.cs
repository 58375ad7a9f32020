using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>A policy that gets less to see or feel than there is.</summary>
/// <remarks>The robot knows nothing of it: tool poses still start from the true joints.</remarks>
public sealed class DeprivedPolicy : IPolicy, IDisposable
{
    private readonly IPolicy _policy;
    private readonly PolicyControl _control;
    private readonly JointVector _state;

    /// <param name="policy">Who answers; disposed with this if it can be.</param>
    /// <param name="control">What is taken: pictures or proprioception; other controls are not made here.</param>
    /// <param name="state">Proprioception for <see cref="PolicyControl.NoState"/>, rad or m.</param>
    /// <exception cref="ArgumentException">The policy's actions start from proprioception, so that it cannot be taken away.</exception>
    public DeprivedPolicy(IPolicy policy, PolicyControl control, in JointVector state)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (control == PolicyControl.NoState && policy.Info.Actions != ActionRepresentation.ToolPoseDelta)
        {
            throw new ArgumentException($"'{policy.Info.Name}' answers with joint positions, which start from proprioception.", nameof(policy));
        }

        (_policy, _control, _state) = (policy, control, state);
    }

    /// <inheritdoc/>
    public PolicyInfo Info => _policy.Info;

    /// <inheritdoc/>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken) =>
        _policy.InferAsync(Deprive(observation), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => (_policy as IDisposable)?.Dispose();

    private Observation Deprive(Observation observation) => _control switch
    {
        PolicyControl.Black => observation with { Frames = [.. observation.Frames.Select(Blackened)] },
        PolicyControl.Swapped => observation with { Frames = Swapped(observation.Frames) },
        PolicyControl.NoState => observation with { Proprioception = _state },
        _ => observation,
    };

    private static CameraFrame Blackened(CameraFrame frame) =>
        frame with { Encoding = ImageEncoding.Jpeg, Stride = 0, Data = JpegCodec.Encode(new RgbImage(frame.Width, frame.Height)) };

    private static ImmutableArray<CameraFrame> Swapped(ImmutableArray<CameraFrame> frames) => frames is [var first, var second, .. var rest]
        ? [second with { Camera = first.Camera }, first with { Camera = second.Camera }, .. rest] : frames;
}
