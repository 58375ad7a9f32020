using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Observing;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>check: looks at arm, cameras, servers and computer, moves nothing, and says what a run would be refused for.</summary>
internal static class CheckRun
{
    /// <summary>Prints a table, or JSON. Exit code 0 when a run would start, 1 when it would not.</summary>
    public static async Task<int> RunAsync(DaemonOptions options, MonotonicClock clock, TextWriter output, CancellationToken stop)
    {
        var rows = new List<CheckRow>();
        var table = options.Json == JsonPlace.Output ? TextWriter.Null : output;
        void Found(IEnumerable<CheckRow> found)
        {
            foreach (var row in found)
            {
                rows.Add(row);
                table.WriteLine(row);
            }
        }

        try
        {
            var (offer, arm) = options.Arm.IsSimulated ? await SimulatedAsync(options, clock, Found, stop) : await RealAsync(options, clock, Found, stop);
            Found(await ServerCheck.OfAsync(options, offer, arm, clock, stop));
            Found(await HostCheck.OfAsync(options));
        }
        catch (OperationCanceledException)
        {
            return 1;
        }

        var refused = rows.Count(row => row.Finding == Finding.Refused);
        table.WriteLine(refused == 0 ? "  Nothing stands in the way of a run." : $"  {refused} in the way of a run.");
        JsonPlace.Write(options.Json, new CheckReport(refused, rows).ToJson(), output);
        return refused == 0 ? 0 : 1;
    }

    private static async Task<(RobotContract?, RobotDescription?)> SimulatedAsync(DaemonOptions options, MonotonicClock clock, Action<IEnumerable<CheckRow>> found, CancellationToken stop)
    {
        try
        {
            using var robot = await RobotSystem.StartAsync(options, clock, stop);
            foreach (var camera in robot.Cameras) found([await CameraCheck.OfAsync(camera, FrameCheck.For(options), stop)]);
            found(ArmCheck.Of(options, robot.Arm.Description, robot.Arm.Read(), clock));
            var driven = options.Limits.On(robot.Arm.Description);
            return (ContractOffer.Of(options, driven, robot.Cameras.Select(camera => camera.Spec)), driven);
        }
        catch (Exception e) when (e is CameraException or SimulatorUnavailableException)
        {
            found([new(Finding.Refused, "arm", e.Message)]);
            return (null, null);
        }
    }

    private static async Task<(RobotContract?, RobotDescription?)> RealAsync(DaemonOptions options, MonotonicClock clock, Action<IEnumerable<CheckRow>> found, CancellationToken stop)
    {
        var cameras = new List<CameraSpec>();
        foreach (var source in options.Cameras)
        {
            try
            {
                using var camera = await source.OpenAsync(clock, stop);
                cameras.Add(camera.Spec);
                found([await CameraCheck.OfAsync(camera, FrameCheck.For(options), stop)]);
            }
            catch (CameraException e) { found([CameraCheck.Refused(source.Name, e.Message)]); }
        }

        try
        {
            var (arm, state) = await Arms.InspectAsync(options, clock, stop);
            found(ArmCheck.Of(options, arm, state, clock));
            var driven = options.Limits.On(arm);
            return (cameras.Count == options.Cameras.Count ? ContractOffer.Of(options, driven, cameras) : null, driven);
        }
        catch (Exception e) when (e is RobotConfigurationException || Arms.CannotOpen(e))
        {
            found([new(Finding.Refused, "arm", e.Message)]);
            return (null, null);
        }
    }
}
