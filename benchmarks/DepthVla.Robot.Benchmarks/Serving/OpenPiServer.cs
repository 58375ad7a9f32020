using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DepthVla.Robot.Benchmarks.Serving;

/// <summary>A peer: openpi's WebSocket server with a policy that answers at once, asked by openpi's client (benchmarks/peers/openpi_serving.py).</summary>
internal static class OpenPiServer
{
    /// <summary>One row for each kind of frames that it was sent.</summary>
    /// <param name="checkout">Of openpi.</param>
    /// <param name="python">With numpy, msgpack, typing_extensions and websockets.</param>
    /// <param name="cameras">How many frames an observation.</param>
    /// <param name="jpegBytes">How many bytes a JPEG has, so that as many are sent.</param>
    /// <param name="rounds">Measured observations a row.</param>
    /// <exception cref="InvalidOperationException">The script failed; what it said is in the message.</exception>
    internal static IReadOnlyList<(string Frames, Timing Timing)> Measure(string checkout, string python, int cameras, int jpegBytes, int rounds)
    {
        string[] arguments = [Script(), "--openpi", checkout, "--cameras", Text(cameras), "--rounds", Text(rounds), "--jpeg-bytes", Text(jpegBytes)];
        using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var rows = new List<(string, Timing)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var row = JsonDocument.Parse(line).RootElement;
            double At(string name) => row.GetProperty(name).GetDouble();
            rows.Add(($"openpi: {row.GetProperty("frames").GetString()}", new Timing(At("p50_ms"), At("min_ms"), At("p95_ms"), At("p99_ms"))));
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? rows : throw new InvalidOperationException($"openpi's server could not be measured: {error.GetAwaiter().GetResult()}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // From the repository's root, as all benchmarks run.
    private static string Script() => Path.GetFullPath("benchmarks/peers/openpi_serving.py");
}
