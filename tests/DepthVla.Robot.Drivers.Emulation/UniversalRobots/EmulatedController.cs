using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DepthVla.Robot.Drivers.Emulation.UniversalRobots;

/// <summary>A controller on loopback: RTDE, script interface and dashboard on ports of their own, as a real one would answer them.</summary>
internal sealed class EmulatedController : IAsyncDisposable
{
    private static readonly string[] Known =
    [
        "timestamp", "target_q", "actual_q", "actual_qd", "actual_current", "actual_current_as_torque", "speed_scaling", "robot_mode", "safety_mode", "safety_status_bits", "runtime_state",
    ];

    private readonly CancellationTokenSource _off = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly ConcurrentQueue<byte[]> _interjections = new();
    private readonly IPAddress _address;
    private CancellationTokenSource _kill = new();
    private volatile Socket? _rtde;
    private volatile EmulatedScript? _script;

    /// <summary>On ports of its own.</summary>
    public EmulatedController() : this(IPAddress.Loopback, 0, 0, 0)
    {
    }

    private EmulatedController(IPAddress address, int rtdePort, int scriptPort, int dashboardPort)
    {
        _address = address;
        RtdePort = Serve(rtdePort, ServeRtdeAsync);
        ScriptPort = Serve(scriptPort, ServeScriptAsync);
        DashboardPort = Serve(dashboardPort, ServeDashboardAsync);
    }

    /// <summary>On the ports that a real one has, at an address of this computer.</summary>
    public static EmulatedController At(IPAddress address) => new(address, 30004, 30002, 29999);

    public string Address => $"{_address}";
    public int RtdePort { get; }
    public int ScriptPort { get; }
    public int DashboardPort { get; }
    public EmulatedArm Arm { get; } = new();
    public EmulatedScript? Script => _script;
    public int RtdeConnections { get; private set; }

    public bool Silent { get; set; }
    public bool SpeaksVersion2 { get; set; } = true;
    public int[] Version { get; set; } = [5, 16, 0, 0];
    public Dictionary<string, string> TypeOf { get; } = Known.ToDictionary(name => name, name => name switch
    {
        "timestamp" or "speed_scaling" => "DOUBLE",
        "robot_mode" or "safety_mode" => "INT32",
        "safety_status_bits" or "runtime_state" => "UINT32",
        _ => "VECTOR6D",
    });
    /// <summary>What its joints give, N·m; told by controllers that are new enough.</summary>
    public double[] Torques { get; set; } = new double[6];
    public bool Starts { get; set; } = true;
    public int RobotMode { get; set; } = 7;
    public int SafetyMode { get; set; } = 1;
    public int SafetyBits { get; set; } = 1;
    public bool Paused { get; set; }
    public string RemoteControl { get; set; } = "true";
    public string Model { get; set; } = "UR5e";
    public bool Misspeaks { get; set; }
    public double Patience { get; set; } = 20;

    /// <summary>How many bytes of RTDE go out at a time; 0 leaves it to the packages.</summary>
    public int Portion { get; set; }

    /// <summary>No state goes out, and every connection stays.</summary>
    public bool Stalled { get; set; }

    /// <summary>States go out, but all are the same old one.</summary>
    public bool Frozen { get; set; }

    public double Actual0 { get; set; } = double.PositiveInfinity;

    /// <summary>Sends bytes between two states.</summary>
    public void Interject(byte[] bytes) => _interjections.Enqueue(bytes);

    /// <summary>The safety system stops the arm: the script is gone at once.</summary>
    public void SafetyStop(int mode, int bits)
    {
        (SafetyMode, SafetyBits) = (mode, bits);
        KillScript();
    }

    public void KillScript()
    {
        _kill.Cancel();
        Arm.Stop();
    }

    /// <summary>Says that nothing more will come, and stays.</summary>
    public void HalfCloseRtde() => _rtde!.Shutdown(SocketShutdown.Send);

    public void ResetRtde()
    {
        _rtde!.LingerState = new LingerOption(true, 0);
        _rtde.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _off.CancelAsync();
        await _kill.CancelAsync();
        foreach (var listener in _listeners) listener.Dispose();
        foreach (var task in _tasks) await task;
        _off.Dispose();
        _kill.Dispose();
    }

    private int Serve(int port, Func<Socket, Task> serve)
    {
        var listener = new TcpListener(_address, port);
        listener.Start();
        _listeners.Add(listener);
        _tasks.Add(AcceptAsync());
        return ((IPEndPoint)listener.LocalEndpoint).Port;

        async Task AcceptAsync()
        {
            try
            {
                while (true) _tasks.Add(TalkAsync(await listener.AcceptSocketAsync(_off.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // it was switched off
            }
        }

        async Task TalkAsync(Socket socket)
        {
            socket.NoDelay = true;
            try { await serve(socket); }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // the other side went away, or it was switched off
            }
            finally { socket.Dispose(); }
        }
    }

    private async Task ServeRtdeAsync(Socket socket)
    {
        _rtde = socket;
        RtdeConnections++;
        await using var stream = new NetworkStream(socket);
        var header = new byte[3];
        var sending = Task.CompletedTask;
        string[] fields = [];
        var frequency = 0.0;
        while (true)
        {
            await stream.ReadExactlyAsync(header, _off.Token);
            var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(header) - 3];
            await stream.ReadExactlyAsync(payload, _off.Token);
            if (Silent) continue;
            var answer = new WireBytes();
            switch ((char)header[2])
            {
                case 'V':
                    answer.Byte(SpeaksVersion2 && payload is [0, 2] ? (byte)1 : (byte)0);
                    break;
                case 'v':
                    foreach (var part in Version) answer.Int(part);
                    break;
                case 'O':
                    frequency = BinaryPrimitives.ReadDoubleBigEndian(payload);
                    fields = Encoding.ASCII.GetString(payload.AsSpan(8)).Split(',');
                    answer.Byte(7).Text(string.Join(',', fields.Select(f => TypeOf.GetValueOrDefault(f, "NOT_FOUND"))));
                    break;
                case 'S':
                    answer.Byte(Starts ? (byte)1 : (byte)0);
                    break;
            }

            await SendAsync(stream, answer.Package((char)header[2]));
            if ((char)header[2] == 'S' && Starts) _tasks.Add(SendStatesAsync(stream, fields, 1 / frequency));
        }
    }

    private async Task SendStatesAsync(NetworkStream stream, string[] fields, double period)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(period));
            var time = 1000.0;
            while (await timer.WaitForNextTickAsync(_off.Token))
            {
                while (_interjections.TryDequeue(out var bytes)) await SendAsync(stream, bytes);
                if (Stalled) continue;
                if (!Frozen) time += period;
                await SendAsync(stream, State(fields, time, period));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // nobody listens any more
        }
    }

    private byte[] State(string[] fields, double time, double period)
    {
        var (target, q, qd) = Arm.Step(period);
        if (double.IsNaN(Actual0)) q[0] = Actual0;
        var state = new WireBytes().Byte(7);
        foreach (var field in fields)
        {
            _ = field switch
            {
                "timestamp" => state.Double(time),
                "target_q" => state.Doubles(target),
                "actual_q" => state.Doubles(q),
                "actual_qd" => state.Doubles(qd),
                "actual_current" => state.Doubles(new double[6]),
                "actual_current_as_torque" => state.Doubles(Torques),
                "speed_scaling" => state.Double(0.75),
                "robot_mode" => state.Int(RobotMode),
                "safety_mode" => state.Int(SafetyMode),
                "safety_status_bits" => state.Int(SafetyBits),
                "runtime_state" => state.Int(Paused ? 4 : Script is { Ending: 0 } ? 2 : 1),
                _ => throw new InvalidOperationException(field),
            };
        }

        return state.Package('U');
    }

    // In small portions TCP may still join them; what the driver must bear is any.
    private async Task SendAsync(NetworkStream stream, byte[] bytes)
    {
        var portion = Portion > 0 ? Portion : bytes.Length;
        for (var at = 0; at < bytes.Length; at += portion)
        {
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(portion, bytes.Length - at)), _off.Token);
            if (Portion > 0) await Task.Yield();
        }
    }

    private async Task ServeScriptAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(new byte[500], _off.Token);   // states of its own
        var (text, block) = (new StringBuilder(), new byte[256]);
        while (!text.ToString().EndsWith("\nend\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(block, _off.Token) is var read && read == 0) return;
            text.Append(Encoding.UTF8.GetString(block, 0, read));
        }

        if (RemoteControl == "false") return;
        _kill = new CancellationTokenSource();
        using var script = new EmulatedScript(text.ToString(), Arm, _kill.Token) { Patience = Patience, Misspeaks = Misspeaks ? 1 : 0 };
        _script = script;
        await script.RunAsync();
    }

    private async Task ServeDashboardAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { AutoFlush = true, NewLine = "\n" };
        await writer.WriteLineAsync("Connected: Universal Robots Dashboard Server");
        while (await reader.ReadLineAsync(_off.Token) is { } question)
        {
            await writer.WriteLineAsync(question switch
            {
                "is in remote control" => RemoteControl,
                "get robot model" => Model,
                _ => "could not understand: " + question,
            });
        }
    }
}
