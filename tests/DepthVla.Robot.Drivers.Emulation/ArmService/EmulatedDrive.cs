using DepthVla.Robot.Core.Time;
using Grpc.Core;
using Wire = DepthVla.Arm.V1;

namespace DepthVla.Robot.Drivers.Emulation.ArmService;

/// <summary>Drives the emulated arm as the protocol asks for, except where it is told not to.</summary>
internal sealed class EmulatedDrive(Wire.Description description, double[] pose) : Wire.ArmService.ArmServiceBase
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private double[] _positions = pose;
    private (long TimeNs, long CameNs) _newest;
    private long _commands;
    private int _calls;

    /// <summary>What is said of the arm.</summary>
    public Wire.Description Description { get; set; } = description;

    /// <summary>What happens to states on their way.</summary>
    public Func<Wire.State, Wire.State> Line { get; set; } = state => state;

    /// <summary>How long a state lies about before it is sent.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>Sends no states, and goes on.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Reads no commands, and sends states.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Does not notice that commands stopped coming.</summary>
    public bool IsCareless { get; set; }

    /// <summary>What the arm fails with, at once; what fails already is not driven at all.</summary>
    public string? Failure { get; set; }

    /// <summary>How the last call ended; null before the first, and during one.</summary>
    public StatusCode? Ending { get; private set; }

    public double[] Positions { get { lock (_lock) return [.. _positions]; } }

    public long Commands { get { lock (_lock) return _commands; } }

    public override Task<Wire.DescribeResponse> Describe(Wire.DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(new Wire.DescribeResponse { Description = Description });

    public override async Task Drive(IAsyncStreamReader<Wire.DriveRequest> requestStream, IServerStreamWriter<Wire.DriveResponse> responseStream, ServerCallContext context)
    {
        if (Interlocked.Increment(ref _calls) > 1) throw Ends(StatusCode.AlreadyExists, "by another daemon");
        try
        {
            Ending = null;
            if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.Start is not { } start) throw Ends(StatusCode.InvalidArgument, "no start");
            if (Failure is { } already) throw Ends(StatusCode.FailedPrecondition, already);
            lock (_lock) (_newest, _commands) = ((start.TimeNs, MonotonicClock.System.NowNs), 0);
            var obeying = ObeyAsync(requestStream, context.CancellationToken);
            using var timer = new PeriodicTimer(Period);
            while (!obeying.IsCompleted && await timer.WaitForNextTickAsync(context.CancellationToken))
            {
                if (Failure is { } failure) throw Ends(StatusCode.Aborted, failure);
                if (!IsCareless && Overdue(start.CommandTimeoutNs)) throw Ends(StatusCode.DeadlineExceeded, "braked");
                if (IsSilent) continue;
                var state = Line(Measure());
                if (Lag > TimeSpan.Zero) await Task.Delay(Lag, context.CancellationToken);
                await responseStream.WriteAsync(new() { State = state }, context.CancellationToken);
            }

            await obeying;
            Ending = StatusCode.OK;
        }
        finally
        {
            Ending ??= StatusCode.Cancelled;
            Interlocked.Decrement(ref _calls);
        }
    }

    private async Task ObeyAsync(IAsyncStreamReader<Wire.DriveRequest> requests, CancellationToken stop)
    {
        while (await requests.MoveNext(stop))
        {
            while (IsDeaf) await Task.Delay(Period, stop);
            var command = requests.Current.Command;
            lock (_lock) (_positions, _newest, _commands) = ([.. command.Positions], (command.TimeNs, MonotonicClock.System.NowNs), _commands + 1);
        }
    }

    private bool Overdue(long timeoutNs)
    {
        lock (_lock) return _commands > 0 && MonotonicClock.System.NowNs - _newest.CameNs > timeoutNs;
    }

    private Wire.State Measure()
    {
        lock (_lock)
        {
            return new()
            {
                CommandTimeNs = _newest.TimeNs, ElapsedNs = MonotonicClock.System.NowNs - _newest.CameNs, Positions = { _positions }, Velocities = { new double[_positions.Length] },
            };
        }
    }

    private RpcException Ends(StatusCode code, string why)
    {
        Ending = code;
        return new(new(code, why));
    }
}
