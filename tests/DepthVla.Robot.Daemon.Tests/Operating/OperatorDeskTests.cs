using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Drivers.Mirror;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.Operating;

/// <summary>Words to a real control loop over an arm that is only numbers.</summary>
public sealed class OperatorDeskTests : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Offset _arm = new(new MirrorArm(Wx250s.Description, Wx250s.Home, MonotonicClock.System));
    private readonly ControlLoop _loop;
    private readonly OperatorDesk _desk;
    private Task _running = Task.CompletedTask;

    public OperatorDeskTests()
    {
        _loop = new(_arm, new PlanSlot(Wx250s.Description.Joints, new()), new PeriodicPace(4_000_000), new() { StartsArmed = false, MaxStateAge = TimeSpan.FromSeconds(1) });
        _desk = new(_loop.Operator, _loop.Report, () => _loop.Recorder, TimeSpan.FromSeconds(1), MonotonicClock.System);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _end.Cancel();
        _running.Wait(Stop);
        _desk.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task Arm_ThenHoldThenStop_IsHeededAndSaysWhenTheArmStands()
    {
        Drive();
        Assert.Equal(new(true, "Armed. The arm follows the plans that come of observations made from now on."), await _desk.ArmAsync(Stop));
        var held = await _desk.HoldAsync(Stop);
        Assert.True(held.Done);
        Assert.Matches(@"^Holding\. The arm stands, \d\.\d\d s after the word came\.", held.Text);
        Assert.Equal(Mode.Holding, _loop.Report().Mode);
        var stopped = await _desk.StopAsync(Stop);
        Assert.StartsWith("Stopped. The arm stands", stopped.Text, StringComparison.Ordinal);
        Assert.Equal(Mode.Stopped, _loop.Report().Mode);
        Assert.True((await _desk.HoldAsync(Stop)).Done);
        Assert.Equal(Mode.Stopped, _loop.Report().Mode); // a hold is less than a stop
    }

    [Fact]
    public async Task Arm_ArmThatWasPushed_IsRefusedWithARemedy()
    {
        Drive();
        await _desk.HoldAsync(Stop);
        _arm.By = 0.2;
        var refused = await _desk.ArmAsync(Stop);
        Assert.False(refused.Done);
        Assert.Contains("not where it was told to be", refused.Text, StringComparison.Ordinal);
        Assert.Contains("start it anew", refused.Text, StringComparison.Ordinal);
    }

    /// <summary>Nobody shall be surprised by an arm that heeds later what it was asked before.</summary>
    [Fact]
    public async Task Arm_NothingIsDriven_IsTakenBack()
    {
        var refused = await _desk.ArmAsync(Stop);
        Assert.False(refused.Done);
        Assert.Contains("not being driven", refused.Text, StringComparison.Ordinal);
        Drive();
        await Task.Delay(100, Stop);
        Assert.Equal(Mode.Idle, _loop.Report().Mode);
    }

    [Fact]
    public async Task Stop_NothingIsDriven_CountsInTheFirstPeriod()
    {
        var early = await _desk.StopAsync(Stop);
        Assert.False(early.Done);
        Assert.Contains("The word stays", early.Text, StringComparison.Ordinal);
        Drive();
        Assert.All(_loop.Recorder.Newest(10), turn => Assert.Equal(HoldReason.OperatorStop, turn.Hold));
    }

    private void Drive()
    {
        _running = Task.Factory.StartNew(() => _loop.Run(_end.Token), Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => _loop.Recorder.Count > 0, TimeSpan.FromSeconds(60));
    }

    /// <summary>An arm that stands off from where it was told to be.</summary>
    private sealed class Offset(IRobot arm) : IRobot
    {
        private double _by;

        public double By
        {
            set => Volatile.Write(ref _by, value);
        }

        public RobotDescription Description => arm.Description;

        public JointState Read()
        {
            var state = arm.Read();
            var positions = state.Positions;
            positions[0] += Volatile.Read(ref _by);
            return state with { Positions = positions };
        }

        public void Write(in JointCommand command) => arm.Write(in command);

        public void Dispose() => arm.Dispose();
    }
}
