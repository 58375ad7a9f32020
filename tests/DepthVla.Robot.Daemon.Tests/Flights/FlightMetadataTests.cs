using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Flights;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.Flights;

public sealed class FlightMetadataTests
{
    /// <summary>Cause, contract, options, arm, software, machine; and no password of a camera's or a server's address.</summary>
    [Fact]
    public void Of_AddressesWithPasswords_TellsAllButThose()
    {
        var options = new DaemonOptions { Server = "https://me:secret@gpu:1,http://other:2", Cameras = [new CameraSource("wrist", "rtsp://me:secret@cam/1")] };
        var contract = new RobotContract
        {
            RobotId = "left", Cameras = [], Joints = Wx250s.Description.Joints, ControlRateHz = 500, ObservationRateHz = 10, StepRateHz = 10, Actions = [ActionRepresentation.JointPosition],
        };
        var all = FlightMetadata.Of("a test", DateTimeOffset.UnixEpoch, 5, 0, options, contract, Wx250s.Description, policy: null).ToDictionary(m => m.Name, m => m.Values);

        Assert.Equal(["flight", "contract", "options", "robot", "software", "machine"], all.Keys);
        Assert.Equal(("a test", "5"), (all["flight"]["cause"], all["flight"]["utc_minus_robot_clock_ns"]));
        Assert.Equal(("https://gpu:1,http://other:2", "wrist=rtsp://cam/1"), (all["options"]["server"], all["options"]["cameras"]));
        Assert.Equal(("left", "wx250s"), (all["contract"]["robot_id"], all["robot"]["name"]));
        Assert.DoesNotContain(all.Values.SelectMany(values => values.Values), value => value.Contains("secret", StringComparison.Ordinal));
    }
}
