using System.Collections.Immutable;
using System.Text;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Drivers.UniversalRobots.Rtde;

/// <summary>One RTDE connection: the setup, then data packages. One thread at a time.</summary>
/// <param name="link">Connected to port 30004.</param>
/// <param name="clock">The robot's clock.</param>
/// <param name="say">Hears what the controller says in words.</param>
internal sealed class RtdeClient(Link link, MonotonicClock clock, Action<string>? say) : IDisposable
{
    private readonly RtdeBuffer _buffer = new();
    private byte _recipe;

    /// <summary>What the controller runs, once <see cref="TrySetUp"/> has asked.</summary>
    public ControllerVersion Version { get; private set; }

    /// <summary>Protocol version, controller version, fields, start. Adds everything that is in the way to <paramref name="problems"/>.</summary>
    /// <exception cref="LinkException">The connection ended or fell silent.</exception>
    public bool TrySetUp(double frequency, TimeSpan timeout, List<string> problems)
    {
        var before = problems.Count;
        Span<byte> request = stackalloc byte[512];

        var size = RtdePackage.WriteProtocolVersion(request, RtdePackage.Version);
        if (!RtdePackage.TryReadAccepted(Ask(request[..size], timeout), out var accepted)) throw Nonsense("protocol version");
        if (!accepted)
        {
            problems.Add($"the controller does not speak RTDE protocol version {RtdePackage.Version}: update its software");
            return false;   // what it would answer to the rest has another layout
        }

        size = RtdePackage.Write(request, RtdePackageType.ControllerVersion, []);
        if (!RtdePackage.TryReadVersion(Ask(request[..size], timeout), out var version)) throw Nonsense("controller version");
        Version = version;
        if (version.Major < 5) problems.Add($"the controller runs software {version}; expected an e-Series controller, version 5 or later");

        size = RtdePackage.WriteSetupOutputs(request, frequency, Encoding.ASCII.GetBytes(string.Join(',', RtdeSample.Names(Version.ConvertsCurrents))));
        if (!RtdePackage.TryReadTypes(Ask(request[..size], timeout), out _recipe, out var types)) throw Nonsense("output setup");
        CheckTypes(RtdeSample.Names(Version.ConvertsCurrents), RtdePackage.Printable(types).Split(','), problems);
        if (problems.Count > before) return false;

        size = RtdePackage.Write(request, RtdePackageType.StartData, []);
        if (!RtdePackage.TryReadAccepted(Ask(request[..size], timeout), out accepted)) throw Nonsense("start");
        if (!accepted) problems.Add("the controller refused to start sending data");
        return accepted;
    }

    /// <summary>Waits for bytes and takes in all packages among them. Allocates for texts alone.</summary>
    /// <returns>Whether there was a data package; <paramref name="sample"/> is the newest.</returns>
    /// <exception cref="LinkException">The connection ended, or what came is nonsense.</exception>
    public bool TryReceive(TimeSpan timeout, ref RtdeSample sample)
    {
        if (!Fill(timeout)) return false;
        var any = false;
        while (_buffer.TryTake(out var type, out var payload))
        {
            if (type == RtdePackageType.Data)
            {
                if (!RtdeSample.TryRead(payload, _recipe, out sample)) throw Nonsense("data");
                any = true;
            }
            else
            {
                Hear(type, payload);
            }
        }

        return any;
    }

    public void Dispose() => link.Dispose();

    private static void CheckTypes(ImmutableArray<string> names, string[] types, List<string> problems)
    {
        var expected = RtdeSample.Types;
        if (types.Length != names.Length)
        {
            problems.Add($"the controller answered with {types.Length} field types; expected {names.Length}");
            return;
        }

        for (var i = 0; i < types.Length; i++)
        {
            if (types[i] == "NOT_FOUND") problems.Add($"the controller does not know the field {names[i]}: update its software");
            else if (types[i] != expected[i]) problems.Add($"the controller's field {names[i]} is {types[i]}; expected {expected[i]}");
        }
    }

    // The answer to a request has the request's own type.
    private ReadOnlySpan<byte> Ask(ReadOnlySpan<byte> request, TimeSpan timeout)
    {
        link.Send(request);
        var deadline = clock.NowNs + (timeout.Ticks * TimeSpan.NanosecondsPerTick);
        while (true)
        {
            while (_buffer.TryTake(out var type, out var payload))
            {
                if (type == (RtdePackageType)request[2]) return payload;
                Hear(type, payload);
            }

            var left = deadline - clock.NowNs;
            if (left <= 0) throw new LinkException($"RTDE did not answer request '{(char)request[2]}' within {timeout.TotalSeconds} s");
            Fill(TimeSpan.FromMicroseconds(left / 1000));
        }
    }

    private bool Fill(TimeSpan timeout)
    {
        if (!link.WaitReadable(timeout)) return false;
        _buffer.Fill(link.Receive(_buffer.Room()));
        return true;
    }

    private void Hear(RtdePackageType type, ReadOnlySpan<byte> payload)
    {
        if (type != RtdePackageType.Text) return;
        if (!RtdePackage.TryReadText(payload, out var text)) throw Nonsense("text");
        say?.Invoke($"the controller says: {text}");
    }

    private static LinkException Nonsense(string what) => new($"the controller sent a {what} package that cannot be read");
}
