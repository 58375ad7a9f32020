using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.UniversalRobots.Rtde;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>Everything that is opened and checked before an arm can be driven. Nothing moves here.</summary>
internal sealed class ArmStart : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(1);

    private readonly UniversalRobotsOptions _options;
    private readonly MonotonicClock _clock;
    private TcpListener? _listener;
    private Link? _script;
    private RtdeClient? _rtde;
    private RtdeSample _first;

    private ArmStart(UniversalRobotsOptions options, MonotonicClock clock) => (_options, _clock) = (options, clock);

    /// <summary>The newest sample at the end of the check.</summary>
    public ref readonly RtdeSample First => ref _first;

    /// <summary>Opens all connections and asks for everything that could be in the way.</summary>
    /// <exception cref="UniversalRobotsException">Something is; all of it is listed.</exception>
    public static async Task<ArmStart> CheckAsync(UniversalRobotsOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var problems = options.Problems();
        if (problems.Count > 0) throw new UniversalRobotsException(options.Host, [.. problems]);

        var start = new ArmStart(options, clock);
        try
        {
            if (options.DashboardPort is not null) await Dashboard.AskAsync(options, problems, cancellationToken).ConfigureAwait(false);
            start._script = await TryConnectAsync("the script interface", options.ScriptPort).ConfigureAwait(false);
            start.Listen(problems);
            if (await TryConnectAsync("RTDE", options.RtdePort).ConfigureAwait(false) is { } link)
            {
                start._rtde = new RtdeClient(link, clock, options.Say);
                start.SetUp(problems, cancellationToken);
            }

            return problems.Count == 0 ? start : throw new UniversalRobotsException(options.Host, [.. problems]);
        }
        catch
        {
            start.Dispose();
            throw;
        }

        async Task<Link?> TryConnectAsync(string name, int port)
        {
            try { return await Link.ConnectAsync(name, options.Host, port, options.StartTimeout, cancellationToken).ConfigureAwait(false); }
            catch (LinkException e)
            {
                problems.Add(e.Message);
                return null;
            }
        }
    }

    /// <summary>Hands over the RTDE connection; it is the caller's from now on.</summary>
    public RtdeClient TakeRtde()
    {
        var rtde = _rtde!;
        _rtde = null;
        return rtde;
    }

    /// <summary>Sends the script and waits until it has connected back.</summary>
    /// <exception cref="LinkException">It did not.</exception>
    public async Task<ServoLink> StartScriptAsync(CancellationToken cancellationToken)
    {
        var port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
        var host = _options.ReverseHost ?? _script!.LocalAddress.ToString();
        var hello = (int)(_clock.NowNs & int.MaxValue);   // tells this start's script from one that is left over
        _script!.Send(Encoding.ASCII.GetBytes(ServoScript.Text(_options, host, port, hello)));

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.StartTimeout);
        var back = AcceptAsync(hello, patience.Token);
        try
        {
            await DrainScriptAsync(back, patience.Token).ConfigureAwait(false);
            return new ServoLink(await back.ConfigureAwait(false), _options.CommandTimeout);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkException($"the controller took the script, but its script did not connect back to {host}:{port} within "
                + $"{_options.StartTimeout.TotalSeconds} s: is the arm in remote control, and does a firewall let it connect to this computer?");
        }
        finally
        {
            await patience.CancelAsync().ConfigureAwait(false);   // whoever connects now is not waited for
        }
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _script?.Dispose();
        _rtde?.Dispose();
    }

    private void Listen(List<string> problems)
    {
        // Where the controller will knock, and nowhere else; behind an address translation that is not known.
        var address = _options.ReverseHost is null ? _script?.LocalAddress : null;
        _listener = new TcpListener(address ?? IPAddress.Any, _options.ReversePort);
        try { _listener.Start(); }
        catch (SocketException e)
        {
            problems.Add($"port {_options.ReversePort} of this computer cannot be listened on: {e.Message}");
        }
    }

    private void SetUp(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            if (!_rtde!.TrySetUp(_options.Frequency, _options.StartTimeout, problems)) return;
            var deadline = _clock.NowNs + (_options.StartTimeout.Ticks * TimeSpan.NanosecondsPerTick);
            while (!_rtde.TryReceive(Glance * 20, ref _first))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_clock.NowNs > deadline) throw new LinkException($"RTDE sent no state within {_options.StartTimeout.TotalSeconds} s");
            }

            if (ControllerState.SafetyProblem(in _first) is { } unsafeNow) problems.Add(unsafeNow);
            if (ControllerState.RobotProblem(in _first) is { } robot) problems.Add(robot);
        }
        catch (LinkException e)
        {
            problems.Add(e.Message);
        }
    }

    private async Task<Link> AcceptAsync(int hello, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = await _listener!.AcceptSocketAsync(cancellationToken).ConfigureAwait(false);
            var word = new byte[4];
            try
            {
                await using var stream = new NetworkStream(socket, ownsSocket: false);
                await stream.ReadExactlyAsync(word, cancellationToken).ConfigureAwait(false);
                if (BinaryPrimitives.ReadInt32BigEndian(word) == hello) return new Link(socket, "the connection from the script");
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            socket.Dispose();   // somebody else
        }
    }

    // The secondary interface sends states of its own all the time, and may drop a script whose sender does not read them.
    // Source: URScript manual, "Connecting to URControl".
    private async Task DrainScriptAsync(Task back, CancellationToken cancellationToken)
    {
        var sink = new byte[8192];
        while (!back.IsCompleted)
        {
            try { _script!.Receive(sink); }
            catch (LinkException) { return; }   // what counts is whether the script runs
            await Task.Delay(Glance, cancellationToken).ConfigureAwait(false);
        }
    }
}
