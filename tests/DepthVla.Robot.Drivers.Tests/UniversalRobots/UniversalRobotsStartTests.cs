using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>What is in the way of a start is said, all of it at once, and nothing is sent that could move the arm.</summary>
public sealed class UniversalRobotsStartTests : UniversalRobotsFixture
{
    [Fact]
    public async Task Connect_ControllerReady_SaysNothing()
    {
        using var arm = await Connect();
        Assert.Null(arm.Fault);
        Assert.Equal("5.16.0.0", arm.ControllerVersion);
        Assert.Equal("ur5e", arm.Description.Name);
        Assert.Empty(Said);
    }

    [Fact]
    public async Task Connect_NothingListens_SaysSoOfEachPort()
    {
        var free = FreePort();
        var e = await Refused(Options with { RtdePort = free, ScriptPort = free, DashboardPort = free });
        Assert.Equal(2, e.Problems.Length);
        Assert.Contains($"RTDE (127.0.0.1:{free}) refused the connection", e.Message, StringComparison.Ordinal);
        Assert.Contains($"the script interface (127.0.0.1:{free}) refused the connection", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyKnowsTheName_SaysSo() =>
        Assert.Contains("a name that nobody knows", (await Refused(Options with { Host = "no-such-arm.invalid" })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Connect_WrongProtocolVersion_SaysSo()
    {
        Controller.SpeaksVersion2 = false;
        Assert.Contains("does not speak RTDE protocol version 2", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OldController_SaysWhichAndWhatWasExpected()
    {
        Controller.Version = [3, 15, 8, 0];
        Assert.Contains("software 3.15.8.0; expected an e-Series controller", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_FieldsNotFound_NamesEach()
    {
        Controller.TypeOf["actual_qd"] = Controller.TypeOf["safety_status_bits"] = "NOT_FOUND";
        Controller.TypeOf["robot_mode"] = "UINT8";
        var e = await Refused();
        Assert.Equal(3, e.Problems.Length);
        Assert.Contains("does not know the field actual_qd", e.Message, StringComparison.Ordinal);
        Assert.Contains("does not know the field safety_status_bits", e.Message, StringComparison.Ordinal);
        Assert.Contains("field robot_mode is UINT8; expected INT32", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_StartRefused_SaysSo()
    {
        Controller.Starts = false;
        Assert.Contains("refused to start", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_SilentController_SaysWhatWasNotAnswered()
    {
        Controller.Silent = true;
        var e = await Refused(Options with { StartTimeout = TimeSpan.FromSeconds(0.5) });
        Assert.Contains("did not answer request 'V'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "powered off")]
    [InlineData(5, "brakes are on")]
    [InlineData(2, "booting")]
    [InlineData(0, "no connection to the arm")]
    [InlineData(42, "robot mode is 42")]
    public async Task Connect_RobotNotRunning_SaysWhatToDo(int mode, string cause)
    {
        Controller.RobotMode = mode;
        Assert.Contains(cause, (await Refused()).Message, StringComparison.Ordinal);
        Assert.Null(Controller.Script);
    }

    [Theory]
    [InlineData(3, 1 << 2, "protective stop")]
    [InlineData(1, 1 << 2, "protective stop")]
    [InlineData(5, 1 << 4, "safeguard stop")]
    [InlineData(6, 0, "emergency stop")]
    [InlineData(7, 1 << 6 | 1 << 7, "emergency stop")]
    [InlineData(1, 1 << 7, "emergency stop")]
    [InlineData(8, 1 << 8, "safety violation")]
    [InlineData(9, 1 << 9, "safety fault")]
    [InlineData(4, 1 << 3, "recovery mode")]
    [InlineData(11, 0, "safety mode is 11")]
    [InlineData(1, 1 << 10, "safety system stopped")]
    public async Task Connect_SafetyStop_IsCalledByItsName(int mode, int bits, string cause)
    {
        (Controller.SafetyMode, Controller.SafetyBits) = (mode, bits);
        var e = await Refused();
        Assert.Contains(cause, e.Message, StringComparison.Ordinal);
        Assert.Equal(cause == "emergency stop", e.Message.Contains("emergency", StringComparison.Ordinal));
        Assert.Null(Controller.Script);
    }

    [Fact]
    public async Task Connect_EverythingInTheWay_SaysAllAtOnce()
    {
        using var occupied = new TcpListener(IPAddress.Any, 0);
        occupied.Start();
        Controller.RemoteControl = "false";
        Controller.Model = "UR10e";
        Controller.RobotMode = 5;
        (Controller.SafetyMode, Controller.SafetyBits) = (3, 1 << 2);
        var e = await Refused(Options with { ReversePort = ((IPEndPoint)occupied.LocalEndpoint).Port, ScriptPort = FreePort() });
        string[] causes = ["cannot be listened on", "local control", "drives a UR10e; expected a ur5e", "script interface", "protective stop", "brakes are on"];
        Assert.Equal(causes.Length, e.Problems.Length);
        Assert.All(causes, cause => Assert.Contains(cause, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connect_BadOptions_SaysAllAtOnce()
    {
        var e = await Refused(Options with
        {
            Host = "a b", RtdePort = 0, Frequency = 20, Gain = 5, LookaheadTime = TimeSpan.Zero, MissedReads = 0, MaxTargetStep = double.NaN, ReverseHost = "\"",
        });
        Assert.Equal(8, e.Problems.Length);
        Assert.Equal(0, Controller.RtdeConnections);
    }

    [Theory]
    [InlineData("UR5")]
    [InlineData("could not understand")]
    public async Task Connect_ModelThatMayBeOurs_Starts(string model)
    {
        Controller.Model = model;
        using var arm = await Connect();
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task Connect_ScriptDoesNotConnectBack_SaysWhatToLookAt()
    {
        Controller.RemoteControl = "false";
        var e = await Refused(Options with { DashboardPort = null, StartTimeout = TimeSpan.FromSeconds(2) });
        Assert.Contains("did not connect back to 127.0.0.1:", e.Message, StringComparison.Ordinal);
        Assert.Contains("remote control", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_AScriptOfAnotherStart_IsNotTaken()
    {
        Controller.Misspeaks = true;
        Assert.Contains("did not connect back", (await Refused(Options with { StartTimeout = TimeSpan.FromSeconds(2) })).Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
