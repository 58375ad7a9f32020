using System.Globalization;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>What the daemon is about to do, and inside which limits, before anything moves.</summary>
internal static class StartUpText
{
    public static void Write(TextWriter output, RobotDescription robot, IEnumerable<CameraSpec> cameras, DaemonOptions options)
    {
        void Row(string name, FormattableString value) => output.WriteLine($"  {name,-12} {value.ToString(CultureInfo.InvariantCulture)}");
        var stop = StoppingBound.Of(robot, options.ControlPeriodNs, planValidityNs: 0);
        var box = robot.Workspace;
        Row("robot", $"{options.Arm.Name}: {robot.Name} at {options.ControlRate} Hz; {string.Join(", ", cameras.Select(c => $"{c.Name} {c.Width}x{c.Height} {c.Encoding}"))}");
        Row("task", $"{Task(options)}; policy from {options.Server}");
        if (options.CameraFault != CameraFault.None) Row("CAMERA FAULT", $"{options.CameraFault}: what the policy sees is not what is there");
        Row("limits", $"{string.Join(", ", robot.Joints.GroupBy(j => (j.Unit, j.MaxVelocity, j.MaxAcceleration, j.MaxJerk)).Select(Limits))}");
        Row("workspace", $"tool in x {box.Min.X:0.00} … {box.Max.X:0.00}, y {box.Min.Y:0.00} … {box.Max.Y:0.00}, z {box.Min.Z:0.00} … {box.Max.Z:0.00} m");
        if (robot.Capsules.Length > 0) Row("hull", $"{robot.Capsules.Length} capsules, out of {string.Join(", ", robot.KeepOut.Select(k => k.Name).DefaultIfEmpty("no box"))}, {robot.Apart.Length} pairs kept apart");
        if (double.IsFinite(robot.MaxToolSpeed)) Row("tool speed", $"at most {1000 * robot.MaxToolSpeed:0} mm/s");
        if (options.Limits.PayloadScale < 1) Row("payload", $"{100 * options.Limits.PayloadScale:0.#} % of the joints' speed and acceleration");
        Row("braking", $"at most {stop.Seconds:0.00} s, {stop.Joints.Where(j => j.Unit == JointUnit.Radian).Max(j => j.Distance):0.00} rad");
        Row("operator", $"{(options.Start == StartAs.Idle ? "the arm waits to be armed; " : "")}depthvla-daemon status, arm, hold, stop at {options.OperatorSocket}");
        if (options.StatusPort > 0) Row("status page", $"http://127.0.0.1:{options.StatusPort}/, metrics at /metrics");
        output.WriteLine();
    }

    private static string Task(DaemonOptions options)
    {
        if (options.Tasks.Count == 0) return $"\"{options.Told}\"";
        var each = options.Attempts == 0 ? "again and again" : $"{options.Attempts} attempt(s) at each";
        return $"{string.Join(", ", options.Tasks)}; {each}, from seed {options.FirstSeed}{(options.Told.Length == 0 ? "" : $", always told \"{options.Told}\"")}";
    }

    private static string Limits(IGrouping<(JointUnit Unit, double Velocity, double Acceleration, double Jerk), JointSpec> joints)
    {
        var unit = joints.Key.Unit == JointUnit.Radian ? "rad" : "m";
        var names = joints.Count() == 1 ? joints.First().Name : $"{joints.Count()} joints";
        return string.Create(CultureInfo.InvariantCulture, $"{names} {joints.Key.Velocity:0.##} {unit}/s, {joints.Key.Acceleration:0.##} {unit}/s², {(double.IsInfinity(joints.Key.Jerk) ? "any jerk" : $"{joints.Key.Jerk:0.##} {unit}/s³")}");
    }
}
