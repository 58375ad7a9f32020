using System.Globalization;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>What this computer grants a control thread, how punctually it wakes one, and whether a daemon runs for this robot already.</summary>
internal static class HostCheck
{
    private const double Seconds = 1;

    /// <summary>On a thread of its own: what a thread is granted it keeps.</summary>
    public static async Task<IReadOnlyList<CheckRow>> OfAsync(DaemonOptions options)
    {
        var rows = new TaskCompletionSource<IReadOnlyList<CheckRow>>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try { rows.SetResult([.. Grants(options.Priority), WakeUps(options.ControlRate), Socket(options.OperatorSocket)]); }
            catch (Exception e) { rows.SetException(e); }
        }) { Name = "check", IsBackground = true }.Start();
        return await rows.Task;
    }

    private static IEnumerable<CheckRow> Grants(int priority) => priority == 0 ? []
        : RealTime.Request(priority).Select(grant => new CheckRow(grant.Granted ? Finding.Fine : Finding.Note, "real time", grant.Granted ? grant.What : $"{grant.What}: not granted. {grant.Remedy}"));

    private static CheckRow WakeUps(int rate)
    {
        var pace = new PeriodicPace(1_000_000_000 / rate);
        var late = new long[(int)(Seconds * rate)];
        var skipped = 0L;
        for (var i = 0; i < late.Length; i++)
        {
            var tick = pace.WaitForNextPeriod();
            late[i] = tick.LateNs;
            if (i > 0) skipped += tick.Skipped;
        }

        Array.Sort(late);
        var punctual = skipped == 0 && late[^1] < pace.PeriodNs;
        return new(punctual ? Finding.Fine : Finding.Note, "clock", string.Create(CultureInfo.InvariantCulture,
            $"wake-up p50 {late[late.Length / 2] / 1e3:0}  p99 {late[late.Length * 99 / 100] / 1e3:0}  max {late[^1] / 1e3:0} us late at {rate} Hz, {skipped} periods skipped{(punctual ? "" : ": commands would come late; grant real time, or leave the computer to the daemon")}"));
    }

    private static CheckRow Socket(string path)
    {
        try
        {
            OperatorSocket.Listen(path).Dispose();
            return new(Finding.Fine, "operator", $"{path} is free");
        }
        catch (OperatorSocketException e)
        {
            return new(Finding.Refused, "operator", e.Message);
        }
    }
}
