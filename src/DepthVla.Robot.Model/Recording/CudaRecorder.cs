using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Recording;

/// <summary>Records CUDA graphs, all on one stream of its own: they lie on the same memory.</summary>
internal sealed class CudaRecorder(TorchDevice device) : IRecorder
{
    private readonly CudaStream _stream = new(device);

    public (IRecording Recording, IStageTimes Times) Record(Action<IStageClock> work)
    {
        device.Synchronize();                                                                    // what the work reads is there
        using (_stream.Use()) work(new StageClock(device));                                      // once by itself: libraries choose their kernels, memory is found
        var moments = new Moments(device);
        try { return (CudaGraph.Record(_stream, () => work(moments)), moments); }
        catch
        {
            moments.Dispose();
            throw;
        }
    }

    /// <summary>Stages by moments on the device that each run of the graph passes.</summary>
    private sealed class Moments(TorchDevice device) : IStageClock, IStageTimes
    {
        private readonly List<(Stage Stage, CudaEvent Start, CudaEvent End)> _stages = [];

        public T Measure<T>(Stage stage, Func<T> work)
        {
            var (stream, start, end) = (CudaStream.Current(device), new CudaEvent(isTimed: true), new CudaEvent(isTimed: true));
            _stages.Add((stage, start, end));
            start.Record(stream, eachReplay: true);
            var result = work();
            end.Record(stream, eachReplay: true);
            return result;
        }

        public void Add(Stage stage, TimeSpan time) => throw new NotSupportedException("a recording within a recording");

        public void AddTo(IStageClock clock)
        {
            foreach (var (stage, start, end) in _stages) clock.Add(stage, end.Since(start));
        }

        public void Dispose()
        {
            foreach (var (_, start, end) in _stages)
            {
                start.Dispose();
                end.Dispose();
            }
        }
    }
}
