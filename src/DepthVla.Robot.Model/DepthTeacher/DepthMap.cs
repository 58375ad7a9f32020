using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>What a teacher says of a picture, pixel by pixel.</summary>
/// <param name="Size">The picture's, px.</param>
/// <param name="Values">Row by row: metres of a metric model; of a relative one inverse depth of unknown scale and shift, larger = nearer.</param>
/// <param name="IsMetric">Which of the two.</param>
public sealed record DepthMap(ImageSize Size, float[] Values, bool IsMetric)
{
    /// <summary>m, row by row; NaN where the alignment gives none.</summary>
    /// <param name="alignment">For a relative model, and only for it.</param>
    /// <exception cref="InvalidOperationException">The model is relative and no alignment is given, or the other way round.</exception>
    public float[] AsMetres(InverseDepthAlignment? alignment = null)
    {
        if (IsMetric && alignment is not null) throw new InvalidOperationException("The teacher gives metres: it takes no alignment.");
        if (IsMetric) return [.. Values];
        return alignment is { } given
            ? Array.ConvertAll(Values, v => (float)given.Metres(v))
            : throw new InvalidOperationException(
                "A relative teacher gives inverse depth of unknown scale and shift, not metres: use a metric teacher, or give the alignment to known depth.");
    }
}
