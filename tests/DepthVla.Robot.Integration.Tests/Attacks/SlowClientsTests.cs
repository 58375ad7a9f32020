using System.Text.Json;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>Connections that are held and never get on, over TLS, beside a robot at 10 Hz: it loses no answer, each of them is closed in its time, and nothing of them is left.</summary>
[Collection(nameof(Alone))]
public sealed class SlowClientsTests : ProgramTest
{
    // What the server states, and as much again for a machine that is busy.
    private const double Slack = 2;

    // Who answers no ping of HTTP/2: 30 s of silence, 10 s of patience, Kestrel looks once a second.
    private const double Pinged = 42;

    [Fact]
    [Trait("Size", "Full")] // the longest is put up with for two minutes
    public async Task Server_AThousandIdleAndTwoHundredDripping_LosesNoAnswerAndClosesThemAll()
    {
        var json = Path.Combine(Folder, "slow.json");
        await using var bench = new RunningProgram(Places.Program("Tools", "depthvla"), "bench", "slow-clients", "--checkpoint", Places.TinyCheckpoint, "--seconds", "10", "--rounds", "1", "--json", json);
        Assert.True(await bench.ExitAsync(TimeSpan.FromMinutes(5)) == 0, bench.Output); // it ends with an error where one is never closed

        var report = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken)).RootElement;
        var beside = report.GetProperty("beside");
        Assert.NotEqual(0, beside.GetProperty("sent").GetInt32());
        Assert.Equal(0, beside.GetProperty("lost").GetInt32());
        Assert.InRange(report.GetProperty("handles_after").GetInt32(), 0, report.GetProperty("handles_before").GetInt32() + 16);
        var kinds = report.GetProperty("kinds").EnumerateArray().ToDictionary(kind => kind.GetProperty("name").GetString()!);
        Assert.Equal(1200, kinds.Values.Sum(kind => kind.GetProperty("connections").GetInt32()));
        foreach (var (name, kind) in kinds) Assert.InRange(kind.GetProperty("longest_seconds").GetDouble(), 0, Slack * Stated(name));
    }

    private static double Stated(string kind) => kind switch
    {
        "idle: TCP" or "drips: TLS hello" or "drips: HTTP headers" or "drips: WebSocket handshake" or "drips: WebSocket message" => 10,
        "drips: Infer's message" => 6,
        "idle: TLS" or "idle: HTTP/2" or "idle: HTTP/1.1" => 121,
        "drips: HTTP/2 preface" or "drips: HTTP/2 headers" => Pinged,
        "drips: Act's contract" => 10 + Pinged, // its stream, and then its connection
        "idle: WebSocket" => 75,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "say here what the server states"),
    };
}
