using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.Operating;

/// <summary>Words that teach, to a real control loop over an arm that a hand can move.</summary>
public sealed class TeachDeskTests : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;
    private Arm _arm = new(FreeDrive.Carried);
    private ControlLoop? _loop;
    private OperatorDesk? _words;
    private TeachDesk? _desk;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _end.Cancel();
        _running.Wait(Stop);
        _desk?.Dispose();
        _words?.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task Start_IdleArm_KeepsPosesUntilItEndsAndStaysIdle()
    {
        var (desk, words) = Drive(FreeDrive.Carried);
        Heeded("The arm is free: move it by hand", await desk.StartAsync(TeachWay.Free, Stop));
        Refused("being taught already", await desk.StartAsync(TeachWay.Free, Stop));
        Refused("being taught. End that first", await words.ArmAsync(Stop));
        await PutAsync(0.7);
        Heeded("Kept 'left': waist 0.700", await StillAsync(() => desk.PoseAsync("left", Stop)));
        Refused("expected a name", await desk.PoseAsync("left of the block", Stop));
        await PutAsync(0.2);
        Heeded("Replaced 'left'", await StillAsync(() => desk.PoseAsync("left", Stop)));
        var ended = await StillAsync(() => desk.EndAsync(Stop));
        Heeded("1 poses. The arm is held where it is", ended);
        Assert.Equal(0.2, ended.Lesson!.Poses["left"].Joints["waist"]);
        Assert.Equal(0.7, ended.Lesson.Joints["waist"].Max, 1e-6);
        Assert.Equal((Mode.Idle, 0.2), (_loop!.Report().Mode, Math.Round(_arm.Read().Positions[0], 6)));
        Refused("never was, or something ended it", await desk.EndAsync(Stop));
        Assert.Equal(ended.Lesson.Poses.Keys, desk.Show().Lesson!.Poses.Keys);
        Heeded("Armed", await words.ArmAsync(Stop));
    }

    [Fact]
    public async Task Start_ArmThatFalls_TakesAWordOfItsOwn()
    {
        var (desk, _) = Drive(FreeDrive.Limp);
        Refused("IT FALLS unless somebody holds it", await desk.StartAsync(TeachWay.Free, Stop));
        Assert.Equal(CommandKind.Follow, _arm.Told);
        Heeded("The arm is limp. While it is taught this arm's motors are OFF", await desk.StartAsync(TeachWay.Limp, Stop));
        Assert.Equal(CommandKind.Free, _arm.Told);
    }

    [Fact]
    public async Task Start_ArmThatCannotBeLetGo_IsReadWhereItStands()
    {
        var (desk, _) = Drive(FreeDrive.None);
        Refused("cannot let it go", await desk.StartAsync(TeachWay.Free, Stop));
        Refused("cannot let it go", await desk.StartAsync(TeachWay.Limp, Stop));
        Heeded("held where it stands", await desk.StartAsync(TeachWay.Held, Stop));
        Heeded("Kept 'here'", await StillAsync(() => desk.PoseAsync("here", Stop)));
        Assert.Equal(CommandKind.Follow, _arm.Told);
    }

    [Fact]
    public async Task Start_ArmedArm_IsRefusedUntilItIsHeld()
    {
        var (desk, words) = Drive(FreeDrive.Carried);
        await words.ArmAsync(Stop);
        Refused("is armed", await desk.StartAsync(TeachWay.Free, Stop));
        await words.HoldAsync(Stop);
        Heeded("Teaching", await desk.StartAsync(TeachWay.Free, Stop));
        Heeded("Stopped. The arm stands", await words.StopAsync(Stop));
        Refused("something ended it", await desk.PoseAsync("a", Stop));
        Assert.Equal((Mode.Stopped, CommandKind.Follow), (_loop!.Report().Mode, _arm.Told));
    }

    [Fact]
    public async Task Words_ArmThatMoves_AreRefused()
    {
        var (desk, _) = Drive(FreeDrive.Carried);
        Heeded("Teaching", await desk.StartAsync(TeachWay.Free, Stop));
        _arm.Swings = true;
        await Task.Delay(100, Stop);
        Refused("the arm moves", await desk.PoseAsync("a", Stop));
        Refused("Still teaching: the arm moves", await desk.EndAsync(Stop));
        Assert.Equal(CommandKind.Free, _arm.Told);
        _arm.Swings = false;
        Heeded("0 poses", await StillAsync(() => desk.EndAsync(Stop)));
    }

    [Fact]
    public async Task End_LeftOutsideItsLimits_IsHeldThereAndSaysWhatToDo()
    {
        var (desk, words) = Drive(FreeDrive.Carried);
        Heeded("Teaching", await desk.StartAsync(TeachWay.Free, Stop));
        await PutAsync(3.5);
        Heeded("CANNOT BE ARMED: waist is out. Teach it again", await StillAsync(() => desk.EndAsync(Stop)));
        Assert.Equal((CommandKind.Stay, 3.5), (_arm.Told, _arm.Read().Positions[0]));
        Refused("was moved by hand to where it may not be driven", await words.ArmAsync(Stop));
    }

    [Fact]
    public async Task Start_NothingIsDriven_IsTakenBack()
    {
        var (desk, _) = Make(FreeDrive.Carried, startsArmed: false);
        Refused("armed", await desk.StartAsync(TeachWay.Free, Stop));
        Run();
        await Task.Delay(100, Stop);
        Assert.Equal(Mode.Idle, _loop!.Report().Mode);
    }

    private static void Heeded(string text, Answer answer)
    {
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
        Assert.True(answer.Done);
    }

    private static void Refused(string text, Answer answer)
    {
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
        Assert.False(answer.Done);
    }

    // Once the control thread has seen it there.
    private async Task PutAsync(double waist)
    {
        _arm.Hand = waist;
        while (_loop!.Recorder.Newest(1)[0].State.Positions[0] != waist) await Task.Delay(2, Stop);
    }

    // An arm that was just moved is still moving for a moment, however long a busy machine makes that.
    private static async Task<Answer> StillAsync(Func<Task<Answer>> word)
    {
        var answer = await word();
        for (var tries = 0; !answer.Done && answer.Text.Contains("moves", StringComparison.Ordinal) && tries < 1000; tries++)
        {
            await Task.Delay(20, Stop);
            answer = await word();
        }

        return answer;
    }

    private (TeachDesk Desk, OperatorDesk Words) Drive(FreeDrive freeDrive)
    {
        var made = Make(freeDrive, startsArmed: false);
        Run();
        return made;
    }

    private (TeachDesk Desk, OperatorDesk Words) Make(FreeDrive freeDrive, bool startsArmed)
    {
        _arm = new(freeDrive);
        _loop = new(_arm, new PlanSlot(Wx250s.Description.Joints, new()), new PeriodicPace(4_000_000), new() { StartsArmed = startsArmed, MaxStateAge = TimeSpan.FromSeconds(1) });
        _words = new(_loop.Operator, _loop.Report, () => _loop.Recorder, TimeSpan.FromSeconds(1), MonotonicClock.System);
        _desk = new(_loop.Operator, _loop.Report, () => _loop.Recorder, _arm, state => state.Positions[0] > 3.2 ? ["waist is out"] : []);
        return (_desk, _words);
    }

    private void Run()
    {
        _running = Task.Factory.StartNew(() => _loop!.Run(_end.Token), Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => _loop!.Recorder.Count > 0, TimeSpan.FromSeconds(60));
    }

    /// <summary>An arm that is where it is told to be, and where a hand puts its waist while it is free.</summary>
    private sealed class Arm(FreeDrive freeDrive) : IRobot
    {
        private JointVector _positions = Wx250s.Home;
        private double _hand = double.NaN;
        private volatile bool _swings;
        private volatile CommandKind _told;

        public double Hand
        {
            set => Volatile.Write(ref _hand, value);
        }

        public bool Swings
        {
            set => _swings = value;
        }

        public CommandKind Told => _told;

        public RobotDescription Description => Wx250s.Description;

        public FreeDrive FreeDrive => freeDrive;

        public JointState Read() => new(MonotonicClock.System.NowNs, _positions, JointVector.Zero(7));

        public void Write(in JointCommand command)
        {
            _told = command.Kind;
            if (command.Kind == CommandKind.Follow) _positions = command.Positions;
            if (command.Kind != CommandKind.Free) return;
            if (Volatile.Read(ref _hand) is var hand && !double.IsNaN(hand)) _positions[0] = hand;
            if (_swings) _positions[1] = _positions[1] > 0 ? -0.1 : 0.1;
        }

        public void Dispose()
        {
        }
    }
}
