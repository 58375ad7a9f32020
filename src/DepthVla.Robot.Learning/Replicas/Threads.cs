namespace DepthVla.Robot.Learning.Replicas;

/// <summary>Replicas that are threads of one process, and so share the frames in its memory.</summary>
internal sealed class Threads : IReplicas
{
    private readonly Meeting _meeting;

    private Threads(int rank, Meeting meeting) => (Rank, _meeting) = (rank, meeting);

    public int Rank { get; }

    public int Count => _meeting.Parts.Length;

    /// <summary>Replicas that know of each other; each is for a thread of its own.</summary>
    internal static Threads[] Create(int count)
    {
        var meeting = new Meeting(count);
        return [.. Enumerable.Range(0, count).Select(rank => new Threads(rank, meeting))];
    }

    /// <summary>Runs <paramref name="work"/> once a replica, the first on the calling thread, which returns when all have; then they are disposed.</summary>
    /// <exception cref="Exception">The first one's that failed; the others, who would wait for it, are ended too.</exception>
    internal static void Run(Threads[] replicas, Action<Threads> work)
    {
        Exception? first = null;
        void Guarded(Threads replica)
        {
            try
            {
                work(replica);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                replica._meeting.Broken.Cancel();
            }
        }

        var others = replicas[1..].Select(replica => new Thread(() => Guarded(replica)) { IsBackground = true, Name = $"replica {replica.Rank}" }).ToArray();
        foreach (var thread in others) thread.Start();
        Guarded(replicas[0]);
        foreach (var thread in others) thread.Join();
        foreach (var replica in replicas) replica.Dispose();
        if (first is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }

    /// <exception cref="OperationCanceledException">Another replica failed.</exception>
    public void Sum(Span<float> values)
    {
        _meeting.Parts[Rank] = values.ToArray();
        _meeting.Point.SignalAndWait(_meeting.Broken.Token);
        values.Clear();

        // In the same order everywhere, so that all get the same sums.
        foreach (var part in _meeting.Parts) for (var i = 0; i < values.Length; i++) values[i] += part[i];
        _meeting.Point.SignalAndWait(_meeting.Broken.Token);
    }

    public void Dispose()
    {
        if (Rank > 0) return;
        _meeting.Point.Dispose();
        _meeting.Broken.Dispose();
    }

    private sealed class Meeting(int count)
    {
        internal float[][] Parts { get; } = new float[count][];

        internal Barrier Point { get; } = new(count);

        internal CancellationTokenSource Broken { get; } = new();
    }
}
