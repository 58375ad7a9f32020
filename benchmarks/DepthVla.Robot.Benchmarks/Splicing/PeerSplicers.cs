namespace DepthVla.Robot.Benchmarks.Splicing;

/// <summary>How openpi's ActionChunkBroker does it: carry out so many steps of a chunk, a position each period, then ask again and wait for the answer.</summary>
internal sealed class BrokerSplicer(ChunkedPath path, double inferenceSeconds, int executedSteps) : ISplicer
{
    private double[][]? _chunk;
    private double _progress, _since;
    private int _number;
    private double[] _command = ChunkedPath.At(0);

    public string Name => "openpi broker";

    public Spliced Next(double seconds)
    {
        if (_chunk is null)
        {
            if (seconds < _since + inferenceSeconds) return new(_command, _progress, IsWaiting: true);
            (_chunk, _since) = (path.Chunk(_progress, ++_number), seconds);
        }

        var step = (int)((seconds - _since) / path.StepSeconds + 1e-9);
        if (step >= executedSteps)
        {
            (_chunk, _progress, _since) = (null, _progress + executedSteps * path.StepSeconds, seconds);
            return new(_command, _progress, IsWaiting: true);
        }

        _command = _chunk[step];
        return new(_command, _progress + (seconds - _since), IsWaiting: false);
    }
}

/// <summary>
/// How LeRobot's asynchronous client does it: a queue of steps by number; an observation leaves when the queue is half empty; what a new chunk says of steps that
/// are queued already is mixed, 0.3 old and 0.7 new.
/// </summary>
internal sealed class AveragingSplicer(ChunkedPath path, double inferenceSeconds) : ISplicer
{
    private const double Threshold = 0.5, Old = 0.3, New = 0.7;

    private readonly SortedDictionary<int, double[]> _queue = [];
    private (double At, int Step)? _asked = (0, 0);
    private double _next;
    private int _step, _number;
    private double[] _command = ChunkedPath.At(0);

    public string Name => "LeRobot average";

    public Spliced Next(double seconds)
    {
        if (_asked is { } asked && seconds >= asked.At + inferenceSeconds)
        {
            Take(asked.Step);
            _asked = null;
        }

        var isWaiting = false;
        if (seconds >= _next - 1e-9)
        {
            isWaiting = !_queue.Remove(_step, out var action);
            if (!isWaiting)
            {
                _command = action!;
                (_step, _next) = (_step + 1, seconds + path.StepSeconds);
            }
        }

        if (_asked is null && _queue.Count <= Threshold * path.Steps) _asked = (seconds, _step);
        return new(_command, (_step - 1) * path.StepSeconds + (isWaiting ? path.StepSeconds : path.StepSeconds - (_next - seconds)), isWaiting);
    }

    private void Take(int from)
    {
        var chunk = path.Chunk(from * path.StepSeconds, ++_number);
        for (var i = 0; i < chunk.Length; i++)
        {
            var step = from + i;
            if (step < _step) continue;
            _queue[step] = _queue.TryGetValue(step, out var queued) ? [.. queued.Zip(chunk[i], (old, now) => Old * old + New * now)] : chunk[i];
        }
    }
}
