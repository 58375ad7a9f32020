namespace DepthVla.Robot.Learning.Evaluation.Calibration;

/// <summary>What 8-bit products do to a policy's chunks.</summary>
/// <param name="Frames">Recorded frames that were asked about.</param>
/// <param name="LeastCosine">The least cosine between a chunk and the one in the checkpoint's own type, both as the network gives them.</param>
/// <param name="MeanCosine">Their mean.</param>
/// <param name="Products">How many products' inputs have a scale.</param>
public sealed record CalibrationReport(int Frames, double LeastCosine, double MeanCosine, int Products)
{
    /// <summary>A cosine below this is refused: 0.999.</summary>
    public const double LeastAccepted = 0.999;

    /// <summary>Whether the scales were written.</summary>
    public bool IsAccepted => LeastCosine >= LeastAccepted;
}
