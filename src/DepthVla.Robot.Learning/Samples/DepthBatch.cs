using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>Pictures and their depth, nothing else.</summary>
/// <param name="Pictures">[B, 1, 3, D, D], ImageNet-normalised.</param>
/// <param name="Depth">Of B images.</param>
internal sealed record DepthBatch(Tensor Pictures, DepthTargets Depth) : ITrainingBatch
{
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[Pictures, Depth.LogDepth, Depth.Valid, Depth.PixelCounts, Depth.ImageWeights]) tensor.Dispose();
    }
}

/// <summary>Batches for the depth expert by itself. It sees one picture at a time: sets of RGB and depth have one camera.</summary>
internal sealed class DepthBatchBuilder : IBatchSource
{
    private readonly TrainingConfig _training;
    private readonly DepthEncoderConfig _encoder;
    private readonly int _side;
    private readonly FrameStore _frames;
    private readonly TorchDevice _device;
    private readonly BatchRows _rows;

    /// <param name="training">How to train.</param>
    /// <param name="network">With a depth expert.</param>
    /// <param name="frames">Of <see cref="DepthFrameLoader"/>: one picture and its depth each.</param>
    /// <param name="device">Where the batches go.</param>
    /// <param name="replica">Which of how many replicas this is.</param>
    internal DepthBatchBuilder(TrainingConfig training, NetworkConfig network, FrameStore frames, TorchDevice device, (int Rank, int Count) replica)
    {
        (_training, _encoder, _side, _frames, _device) = (training, network.DepthEncoder!, network.DepthImageSize, frames, device);
        _rows = new BatchRows(training, replica);
    }

    /// <inheritdoc/>
    public ITrainingBatch Training(long step, int part) => Build(_frames.Training, _rows.Training(step, part), augment: true);

    /// <inheritdoc/>
    public ITrainingBatch Validation(int number) => Build(_frames.Validation, _rows.Validation(number), augment: false);

    private DepthBatch Build(IReadOnlyList<TrainingFrame> from, SampleDraw[] draws, bool augment)
    {
        var pixels = _side * _side;
        var (pictures, metres) = (new float[draws.Length * 3 * pixels], new float[draws.Length * pixels]);
        for (var row = 0; row < draws.Length; row++)
        {
            var frame = from[draws[row].Index(from.Count)];
            var distortion = new Distortion(draws[row], _training.Augmentation, augment);
            var picture = pictures.AsSpan(row * 3 * pixels, 3 * pixels);
            distortion.Apply(_encoder.ImageMean.AsSpan(), _encoder.ImageStd.AsSpan(), frame.DepthPictures[0], _side, picture);
            distortion.Metres(frame.Depth[0], _side, metres.AsSpan(row * pixels, pixels));
        }

        return new DepthBatch(
            Tensor.From<float>(pictures, [draws.Length, 1, 3, _side, _side], _device), DepthTargets.Of(metres, draws.Length, DType.Float32, _device));
    }
}
