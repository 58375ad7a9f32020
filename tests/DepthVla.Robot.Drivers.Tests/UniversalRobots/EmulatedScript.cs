using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>Behaves as the script says that it would: takes its numbers out of the text it was sent.</summary>
internal sealed partial class EmulatedScript
{
    private readonly EmulatedArm _arm;
    private readonly double _patience;
    private readonly CancellationToken _killed;

    /// <param name="text">The script.</param>
    /// <param name="arm">What it moves.</param>
    /// <param name="patience">How many times longer than the script it waits for a message: machines that run tests are slow.</param>
    /// <param name="killed">Ends it as a safety stop would: without a word.</param>
    public EmulatedScript(string text, EmulatedArm arm, double patience, CancellationToken killed)
    {
        (_arm, _patience, _killed) = (arm, patience, killed);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        WellFormed = text.All(char.IsAscii) && text.EndsWith('\n') && lines[0] == "def depthvla_arm():" && lines[^1] == "end" && lines[1..^1].All(l => l.StartsWith("  ", StringComparison.Ordinal))
            && lines.Count(l => Opens().IsMatch(l)) == lines.Count(l => l.Trim() == "end");
        (Host, Port) = (SocketOpen().Match(text).Groups[1].Value, int.Parse(SocketOpen().Match(text).Groups[2].Value, CultureInfo.InvariantCulture));
        Hello = (int)Number(Say(), text);
        ReadTimeout = Number(Read(), text);
        MissedReads = (int)Number(Missed(), text);
        Mark = (int)Number(Marked(), text);
        MaxStep = Number(Far(), text);
    }

    public bool WellFormed { get; }
    public string Host { get; }
    public int Port { get; }
    public int Hello { get; set; }
    public double ReadTimeout { get; }
    public int MissedReads { get; }
    public int Mark { get; }
    public double MaxStep { get; }

    /// <summary>How many messages asked for what, by kind.</summary>
    public int[] Counts { get; } = new int[3];

    /// <summary>How it ended; 0 while it runs, −1 when it was killed.</summary>
    public int Ending { get; private set; }

    public async Task RunAsync()
    {
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(Host, Port, _killed);
            var stream = client.GetStream();
            await stream.WriteAsync(Bytes(Hello), _killed);
            var ending = await FollowAsync(stream);
            _arm.Stop();
            try { await stream.WriteAsync(Bytes(ending), _killed); }
            catch (IOException) { /* nobody listens any more */ }
            Ending = ending;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            Ending = -1;
        }
        finally
        {
            _arm.Stop();
        }
    }

    private async Task<int> FollowAsync(NetworkStream stream)
    {
        var (number, missed, message) = (0, 0, new byte[36]);
        double[]? goal = null;
        while (true)
        {
            if (!await ReadAsync(stream, message))
            {
                if (++missed >= MissedReads) return 2;
                continue;
            }

            var m = Enumerable.Range(0, 9).Select(i => BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(4 * i))).ToArray();
            if (m[0] != Mark || m[1] != number) return 3;
            Counts[m[2]]++;
            if (m[2] == 0) return 1;
            (missed, number) = (0, (number + 1) % 1_000_000_000);
            if (m[2] != 2) continue;

            var target = m[3..].Select(i => i / 1e6).ToArray();
            goal ??= [.. _arm.Positions];
            if (target.Zip(goal).Any(p => Math.Abs(p.First - p.Second) > MaxStep)) return 4;
            _arm.Follow(goal = target);
        }
    }

    private async Task<bool> ReadAsync(NetworkStream stream, byte[] message)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_killed);
        timeout.CancelAfter(TimeSpan.FromSeconds(ReadTimeout * _patience));
        try
        {
            await stream.ReadExactlyAsync(message, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            _killed.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static byte[] Bytes(int value) => new WireBytes().Int(value).Plain();

    private static double Number(Regex pattern, string text) => double.Parse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(def|thread|while|if)\b.*:$")]
    private static partial Regex Opens();

    [GeneratedRegex(@"socket_open\(""([^""]+)"", (\d+), ""depthvla""\)")]
    private static partial Regex SocketOpen();

    [GeneratedRegex(@"socket_send_int\((\d+), ""depthvla""\)")]
    private static partial Regex Say();

    [GeneratedRegex(@"socket_read_binary_integer\(9, ""depthvla"", ([\d.]+)\)")]
    private static partial Regex Read();

    [GeneratedRegex(@"if missed >= (\d+):")]
    private static partial Regex Missed();

    [GeneratedRegex(@"elif message\[1\] != (\d+) or message\[2\] != number:")]
    private static partial Regex Marked();

    [GeneratedRegex(@"if norm\(target\[joint\] - goal\[joint\]\) > ([\d.]+):")]
    private static partial Regex Far();
}
