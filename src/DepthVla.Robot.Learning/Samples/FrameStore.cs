using System.Collections.Immutable;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>All frames of a training run, in memory, split by episode. Immutable; any thread.</summary>
/// <param name="Instructions">Every instruction there is.</param>
/// <param name="Training">Frames to learn from.</param>
/// <param name="Validation">Frames of other episodes.</param>
/// <param name="Objects">How many objects the points are of; 0 when they are not known.</param>
/// <param name="Stats">Statistics of state and actions, of the training frames.</param>
internal sealed record FrameStore(
    ImmutableArray<string> Instructions, ImmutableArray<TrainingFrame> Training, ImmutableArray<TrainingFrame> Validation, int Objects, NormStats Stats);
