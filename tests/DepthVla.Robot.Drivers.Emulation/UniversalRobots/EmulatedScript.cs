using System.Buffers.Binary;
using System.Net.Sockets;

namespace DepthVla.Robot.Drivers.Emulation.UniversalRobots;

/// <summary>Runs the script that it was sent, with an emulated arm and real sockets.</summary>
internal sealed class EmulatedScript : IDisposable
{
    private const double CycleSeconds = 0.008;

    private readonly EmulatedArm _arm;
    private readonly UrScriptProgram _program;
    private readonly CancellationToken _killed;
    private TcpClient? _socket;
    private bool _greeted;
    private int _said;

    /// <param name="text">The script.</param>
    /// <param name="arm">What it moves.</param>
    /// <param name="killed">Ends it as a safety stop would: without a word.</param>
    public EmulatedScript(string text, EmulatedArm arm, CancellationToken killed) =>
        (_arm, _killed, _program) = (arm, killed, new UrScriptProgram(text, CallAsync));

    /// <summary>How many times longer than the script says it waits for a message: machines that run tests are slow.</summary>
    public required double Patience { get; init; }

    /// <summary>What is added to its hello.</summary>
    public int Misspeaks { get; init; }

    /// <summary>How many messages asked for what, by kind.</summary>
    public int[] Counts { get; } = new int[4];

    /// <summary>How long it said that it would wait for a message, s.</summary>
    public double ReadTimeout { get; private set; }

    /// <summary>What it gave servoj besides the target.</summary>
    public IReadOnlyDictionary<string, object>? ServoSettings { get; private set; }

    /// <summary>How hard it braked, rad/s²; 0 while it has not.</summary>
    public double StopDeceleration { get; private set; }

    /// <summary>How it ended; 0 while it runs, −1 when it was killed.</summary>
    public int Ending { get; private set; }

    public async Task RunAsync()
    {
        var ending = -1;
        try
        {
            await _program.RunAsync();
            ending = _said;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // it was killed
        }

        _arm.Stop();
        Ending = ending;
    }

    public void Dispose()
    {
        _program.Dispose();
        _socket?.Dispose();
    }

    private async Task<object> CallAsync(string name, object[] arguments, IReadOnlyDictionary<string, object> named)
    {
        _killed.ThrowIfCancellationRequested();
        switch (name)
        {
            case "get_steptime": return CycleSeconds;
            case "get_actual_joint_positions": return _arm.Positions.ToArray();
            case "norm": return Math.Abs((double)arguments[0]);
            case "textmsg": return true;
            case "socket_open":
                _socket = new TcpClient { NoDelay = true };
                await _socket.ConnectAsync((string)arguments[0], (int)(double)arguments[1], _killed);
                return true;
            case "socket_close":
                _socket!.Dispose();
                return true;
            case "socket_send_int":
                await SayAsync((int)(double)arguments[0]);
                return true;
            case "socket_read_binary_integer":
                ReadTimeout = (double)arguments[2];
                return await ReadAsync((int)(double)arguments[0]);
            case "servoj":
                ServoSettings = named;
                _arm.Follow((double[])arguments[0]);
                await Task.Delay(TimeSpan.FromSeconds(CycleSeconds), _killed);
                return true;
            case "stopj":
                StopDeceleration = (double)arguments[0];
                _arm.Stop();
                return true;
            case "freedrive_mode":
                if (_arm.Moving) throw new FormatException("freedrive_mode while servoj runs");
                _arm.IsFree = true;
                return true;
            case "end_freedrive_mode":
                if (!_arm.IsFree) throw new FormatException("end_freedrive_mode of an arm that is not free");
                _arm.IsFree = false;
                return true;
            default:
                throw new FormatException($"no function {name}");
        }
    }

    private async Task SayAsync(int word)
    {
        if (!_greeted) word += Misspeaks;
        else _said = word;
        _greeted = true;
        try { await _socket!.GetStream().WriteAsync(new WireBytes().Int(word).Plain(), _killed); }
        catch (IOException) { /* nobody listens any more */ }
    }

    // The count, then the integers; a count of 0 when they did not come in time or never will.
    private async Task<double[]> ReadAsync(int count)
    {
        var (bytes, numbers) = (new byte[4 * count], new double[1 + count]);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_killed);
        timeout.CancelAfter(TimeSpan.FromSeconds(ReadTimeout * Patience));
        try
        {
            await _socket!.GetStream().ReadExactlyAsync(bytes, timeout.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            _killed.ThrowIfCancellationRequested();
            return numbers;
        }

        numbers[0] = count;
        for (var i = 0; i < count; i++) numbers[1 + i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 * i));
        Counts[(int)numbers[3]]++;
        return numbers;
    }
}
