using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.ArmService;
using DepthVla.Robot.Drivers.Emulation.ArmService;
using DepthVla.Robot.Drivers.Tests.Dynamixel;
using Grpc.Core;

namespace DepthVla.Robot.Drivers.Tests.ArmService;

public sealed class ArmServiceArmTests : ArmServiceFixture
{
    [Fact]
    public async Task Connect_Service_TellsWhatTheArmIsAndWhereAndNothingMoves()
    {
        using var arm = await Connect();
        Assert.Equal(Description with { Joints = [], Chain = [], Capsules = [], Apart = [] }, arm.Description with { Joints = [], Chain = [] });
        Assert.Equal(Description.Joints, arm.Description.Joints);
        Assert.Equal(Description.Chain, arm.Description.Chain);
        var first = arm.Read();
        await Until(() => arm.Read().TimeNs > first.TimeNs);
        Assert.Equal(JointVector.From(Pose), arm.Read().Positions);
        Assert.Equal((0, null), (Drive.Commands, arm.Fault));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_OverTcpAndUnixSockets_MovesTheArmAndComesBackAsItsState(bool unix)
    {
        var folder = Directory.CreateTempSubdirectory("arm-");
        await using var service = await EmulatedArmService.StartAsync(Description, Pose, unix ? Path.Combine(folder.FullName, "arm.sock") : null);
        using (var arm = await Connect(Options with { Address = service.Address }))
        {
            var goal = JointVector.From(Pose);
            goal[3] += 0.25;
            arm.Write(new(MonotonicClock.System.NowNs, goal));
            await Until(() => arm.Read().Positions == goal);
            Assert.Equal(goal.ToArray(), service.Drive.Positions);
            Assert.Equal(1, service.Drive.Commands); // a command goes out once
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Read_ServiceThatMeasuresEfforts_TellsThem()
    {
        using (var arm = await Connect()) Assert.Equal(0, arm.Read().Efforts.Count);
        Drive.Line = state =>
        {
            state.Efforts.AddRange([1, 2, 3, 4, 5, -6]);
            return state;
        };
        using var measuring = await Connect();
        Assert.Equal(JointVector.From([1, 2, 3, 4, 5, -6]), measuring.Read().Efforts);
    }

    [Fact]
    public async Task Connect_DescriptionMadeNarrower_IsTheOneThatHolds()
    {
        using var arm = await Connect(Options with { Describe = robot => robot with { Name = "narrow" } });
        Assert.Equal("narrow", arm.Description.Name);
    }

    /// <summary>A state that lay in a queue says so: what is old must never look fresh.</summary>
    [Fact]
    public async Task Read_StatesThatComeLate_AreAsOldAsTheyAre()
    {
        var lag = TimeSpan.FromMilliseconds(150);
        Drive.Lag = lag;
        using var arm = await Moving();
        for (var i = 0; i < 5; i++)
        {
            var before = arm.Read().TimeNs;
            await Command(arm, () => arm.Read().TimeNs > before);
            Assert.True(MonotonicClock.System.NowNs - arm.Read().TimeNs >= lag.TotalNanoseconds);
        }

        Assert.Null(arm.Fault);
    }

    /// <summary>From the start to the first command may be any time: a loop that warms up first is not one that falls silent.</summary>
    [Fact]
    public async Task Write_FirstCommandLongAfterTheStart_IsTakenAsAnyOther()
    {
        var timeout = TimeSpan.FromMilliseconds(500);
        using var arm = await Connect(Options with { CommandTimeout = timeout });
        var start = arm.Read().TimeNs;
        await Until(() => arm.Read().TimeNs - start > 1.2 * timeout.TotalNanoseconds);
        await Command(arm, () => Drive.Commands > 20 || arm.Fault is not null);
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task ReadAndWrite_ManyTimes_AllocateNothing()
    {
        using var arm = await Moving();
        var command = new JointCommand(0, JointVector.From(Pose));
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            arm.Write(in command);
            _ = arm.Read();
        }));
    }

    [Fact]
    public async Task Dispose_WhileDriving_EndsTheCallAsThePartingOfFriends()
    {
        var arm = await Moving();
        arm.Dispose();
        await Until(() => Drive.Ending is not null);
        Assert.Equal((StatusCode.OK, null), (Drive.Ending, arm.Fault));
        using var next = await Connect(); // and is free for the next
    }

    [Fact]
    public async Task Connect_ASecondTime_IsRefusedWhileTheFirstDrives()
    {
        using var first = await Moving();
        Assert.Contains("somebody else drives the arm (by another daemon)", (await Refused()).Message, StringComparison.Ordinal);
        Assert.Null(first.Fault);
    }

    [Fact]
    public async Task Connect_DescriptionThatMeansNothing_ListsAllThatIsWrong()
    {
        Drive.Description.Joints[1].MaxVelocity = double.NaN;
        Drive.Description.Joints[2].Name = Drive.Description.Joints[0].Name;
        Drive.Description.Chain[0].Joint = 9;
        Drive.Description.WorkspaceMin = null;
        var message = (await Refused()).Message;
        foreach (var field in (string[])["joints[1].max_velocity", "joints[2].name", "chain[0].joint", "workspace_min"]) Assert.Contains(field, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyThere_SaysWhere()
    {
        var message = (await Refused(Options with { Address = "http://127.0.0.1:1" })).Message;
        Assert.StartsWith("arm service at http://127.0.0.1:1: cannot be reached", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OptionsOutOfRange_ListsAll()
    {
        var message = (await Refused(Options with { CommandTimeout = TimeSpan.Zero, StateTimeout = TimeSpan.FromMinutes(1) })).Message;
        foreach (var option in (string[])["command timeout", "state timeout"]) Assert.Contains(option, message, StringComparison.Ordinal);
    }

    private async Task<ArmServiceException> Refused(ArmServiceOptions? options = null) => await Assert.ThrowsAsync<ArmServiceException>(() => Connect(options));
}
