namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>A stretch of normalised text and the piece it became.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes; never 0.</param>
/// <param name="Id">The piece, or the unknown piece.</param>
internal readonly record struct Segment(int Start, int Length, int Id);

/// <summary>Splits text into pieces of a vocabulary. Immutable.</summary>
internal interface ISegmenter
{
    /// <summary>Consecutive segments that together cover <paramref name="text"/> (normalised, UTF-8).</summary>
    List<Segment> Split(byte[] text);
}
