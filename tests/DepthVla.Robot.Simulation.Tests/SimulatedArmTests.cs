using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests;

public sealed class SimulatedArmTests : IDisposable
{
    private const long StepNs = TabletopPhysics.StepNs;

    private readonly ManualTime _time = new();
    private readonly PhysicsLog _log = new(5000);
    private readonly SimulatedArm _arm;
    private readonly SafetyReferee _referee = new(new SafetyRules
    {
        Robot = Wx250s.Description,
        Hardware = Wx250s.Hardware,
        ControlPeriod = TimeSpan.FromTicks(StepNs / 100),
    });

    public SimulatedArmTests() => _arm = new SimulatedArm(new TabletopPhysics(), _log, _time.Clock, _time);

    public void Dispose()
    {
        _time.SetFree();
        _arm.Dispose();
    }

    [Fact]
    public void Read_BeforeStart_IsHome()
    {
        var state = _arm.Read();

        Assert.Equal(_time.GetTimestamp(), state.TimeNs);
        Assert.Equal(Wx250s.Home[1], state.Positions[1], 1e-4);
    }

    [Fact]
    public void Run_NoCommandEverCame_HoldsHome()
    {
        _arm.Start();
        _time.Pass(500);

        Assert.All(_log.Snapshot(), sample => Assert.Equal((0L, Wx250s.Home), (sample.CommandNumber, sample.Commanded)));
        Assert.Equal(Wx250s.Home[1], _arm.Read().Positions[1], 1e-4);
        Assert.Empty(_referee.Judge(_log.Snapshot().AsSpan()));
    }

    /// <summary>Free, it stays where it is by itself, goes where a hand pushes it, and is held where that left it.</summary>
    [Fact]
    public async Task Write_FreeThenStayThenFollow_IsMovedByHandAndNobodyIsBlamedForIt()
    {
        _arm.Start();
        _time.Pass(50);
        _arm.Write(new JointCommand(0, Wx250s.Home, CommandKind.Free));
        _time.Pass(200);
        for (var j = 0; j < 6; j++) Assert.Equal(Wx250s.Home[j], _arm.Read().Positions[j], 0.01);

        await PushAsync(0.4);
        _time.Pass(100);
        await PushAsync(0);
        _arm.Write(new JointCommand(0, Wx250s.Home, CommandKind.Stay));
        _time.Pass(1);
        var left = _arm.Read().Positions;
        Assert.True(left[0] > Wx250s.Home[0] + 0.02, $"{left}");
        _time.Pass(500);
        Assert.Equal(left[0], _arm.Read().Positions[0], 0.05);

        _arm.Write(new JointCommand(0, _arm.Read().Positions));
        _time.Pass(100);
        var log = _log.Snapshot();
        Assert.Equal([0, 1], log.Select(sample => sample.Episode).Distinct());
        Assert.InRange(log.Length, 149, 152);
        Assert.Empty(_referee.Judge(log.AsSpan()));

        // Asked for at once, served before the next step.
        Task PushAsync(double torque)
        {
            var pushed = _arm.InvokeAsync(physics =>
            {
                var hand = JointVector.Zero(7);
                hand[0] = torque;
                physics.Hand = hand;
                return true;
            });
            _time.Pass(1);
            return pushed;
        }
    }

    [Fact]
    public void Run_EachDeadline_IsOneStepAndOneState()
    {
        var start = _time.GetTimestamp();
        _arm.Start();
        for (var i = 1; i <= 10; i++)
        {
            _time.Pass(1);
            Assert.Equal(start + (i * StepNs), _arm.Read().TimeNs);
            Assert.Equal(start + (i * StepNs), _arm.Scene().TimeNs);
            Assert.Equal(i, _log.Written);
        }
        Assert.Equal(0, _arm.DroppedSteps);
    }

    [Fact]
    public void Run_CommandsWithinTheLimits_AreFollowedAndTheRefereeFindsNothing()
    {
        _arm.Start();
        Wave(400);

        Assert.NotEqual(Wx250s.Home[0], _arm.Read().Positions[0], 0.05);
        Assert.Empty(_referee.Judge(_log.Snapshot().AsSpan()));
    }

    [Fact]
    public void Run_OneCommandBeyondTheLimits_IsFoundByTheReferee()
    {
        _arm.Start();
        Wave(200);
        var jump = _log.Snapshot()[^1].Commanded;
        jump[0] += 0.1;
        _arm.Write(new JointCommand(0, jump));
        _time.Pass(1);

        var kinds = _referee.Judge(_log.Snapshot().AsSpan()).Select(v => v.Kind).ToHashSet();
        Assert.Contains(ViolationKind.CommandVelocity, kinds);
        Assert.Contains(ViolationKind.CommandAcceleration, kinds);
    }

    [Fact]
    public void Run_CommandsStop_HoldsTheLast()
    {
        _arm.Start();
        Wave(250);
        var last = _log.Snapshot()[^1].Commanded;
        _time.Pass(500);

        for (var j = 0; j < 6; j++) Assert.Equal(last[j], _arm.Read().Positions[j], 2e-3);
    }

    [Fact]
    public void Write_NotFinite_IsRefusedCountedAndLoggedWhileTheArmHolds()
    {
        _arm.Start();
        var bad = Wx250s.Home;
        bad[3] = double.NaN;
        _arm.Write(new JointCommand(0, bad));
        _time.Pass(100);
        _arm.Write(new JointCommand(0, JointVector.Zero(3)));
        _time.Pass(100);

        Assert.Equal(2, _arm.RefusedCommands);
        Assert.Null(_arm.Fault);
        Assert.Equal(Wx250s.Home[3], _arm.Read().Positions[3], 1e-4);
        Assert.Equal([ViolationKind.MalformedCommand], _referee.Judge(_log.Snapshot().AsSpan()).Select(v => v.Kind));
    }

    [Fact]
    public void Run_ThreadWasLate_CatchesUpAFewStepsAndCountsTheRest()
    {
        _arm.Start();
        _time.Pass(1);
        var before = _arm.Read().TimeNs;
        _time.Skip(100 * StepNs);
        _time.Pass(SimulatedArm.MaxCatchUp + 1);

        // Asked for at once: the deadline it already waited for, now 99 steps old, and those after it.
        Assert.Equal(99 - SimulatedArm.MaxCatchUp, _arm.DroppedSteps);
        Assert.Equal(before + (100 * StepNs), _arm.Read().TimeNs);
        Assert.Equal(SimulatedArm.MaxCatchUp + 2, _log.Written);
    }

    /// <summary>On a busy machine: the world's time stood still while commands went on, and the next that it sees is far ahead.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void Run_ThreadWasLateWhileCommandsWentOn_TheArmIsNoFasterThanItIsBuilt(int joint)
    {
        const double Speed = 2, Late = 0.15; // the highest of a command, rad/s; s
        _arm.Start();
        _time.Pass(1);
        var goal = _arm.Read().Positions;
        for (var i = 0; i < 250; i++) Send(Math.Min(i * 10 * StepNs * 1e-9, Speed) * StepNs * 1e-9);
        _time.Skip((long)(Late * 1e9));
        Send(Speed * Late);
        for (var i = 0; i < 250; i++) Send(0);

        Assert.NotEqual(0, _arm.DroppedSteps);
        var measured = _referee.Judge(_log.Snapshot().AsSpan()).Where(v => v.Kind is ViolationKind.MeasuredVelocity or ViolationKind.MeasuredPosition);
        Assert.Empty(measured);
        Assert.Equal(goal[joint], _arm.Read().Positions[joint], 5e-3); // and comes after

        void Send(double further)
        {
            goal[joint] += further;
            _arm.Write(new JointCommand(0, goal));
            _time.Pass(1);
        }
    }

    [Fact]
    public async Task ResetAsync_WhileRunning_ForgetsCommandsAndBeginsAnEpisode()
    {
        _arm.Start();
        Wave(250);
        _arm.Write(new JointCommand(0, JointVector.Zero(7))); // not yet seen by any step
        var reset = _arm.ResetAsync(TabletopScene.Blocks, 6);
        _time.Pass(50);
        await reset;

        var last = _log.Snapshot()[^1];
        var start = _arm.InvokeAsync(physics => physics.Start);
        _time.Pass(1);
        Assert.Equal((1, await start), (last.Episode, last.Commanded));
        Assert.Equal(last.Commanded[0], last.Positions[0], 1e-4);
        Assert.Empty(_referee.Judge(_log.Snapshot().AsSpan()));
        var red = _arm.InvokeAsync(physics => physics.PoseOf("block_red").Position);
        _time.Pass(1);
        Assert.Equal(TabletopLayout.Random(TabletopScene.Blocks, 6).Single(place => place.Object.Name == "block_red").X, (await red).X, 0.002);
    }

    /// <summary>Whoever waited for the reset may start control at once: what it reads is where the arm now is.</summary>
    [Fact]
    public async Task ResetAsync_AsSoonAsItHasEnded_StateAndSceneAreOfTheNewWorld()
    {
        _arm.Start();
        Wave(250);
        var scene = _arm.Scene().TimeNs;
        var read = _arm.InvokeAsync(_ => 0);   // the same thread serves both before it steps
        var reset = _arm.ResetAsync(TabletopScene.Kitchen, 6);
        var after = _arm.InvokeAsync(physics => (physics.Start, State: _arm.Read(), Scene: _arm.Scene().TimeNs, physics.Steps));
        _time.Skip(50_000_000);                // laying out takes long
        var dropped = _arm.DroppedSteps;
        _time.Pass(1);
        await Task.WhenAll(read, reset);

        var (start, state, newScene, steps) = await after;
        Assert.Equal(0, steps);
        Assert.Equal(start[0], state.Positions[0], 1e-3);
        Assert.True(newScene > scene);
        Assert.Equal(dropped, _arm.DroppedSteps);
    }

    [Fact]
    public async Task Run_PhysicsFails_KeepsTheFaultAndRefusesRequests()
    {
        _arm.Start();
        _time.Pass(3);
        _time.Break(new InvalidOperationException("the world ended"));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _arm.InvokeAsync(physics => physics.Steps));
        Assert.Same(failure, _arm.Fault);
        Assert.True(_arm.Read().Positions.IsFinite);
    }

    [Fact]
    public async Task Dispose_WhileRunning_EndsTheThreadAndRefusesRequests()
    {
        _arm.Start();
        _time.Pass(3);
        Assert.True(_arm.IsRunning);

        _time.SetFree();
        _arm.Dispose();

        Assert.False(_arm.IsRunning);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _arm.InvokeAsync(physics => physics.Steps));
    }

    [Fact]
    public void ReadWriteAndStep_ManyTimes_AllocateNothing()
    {
        var command = new JointCommand(0, Wx250s.Home);
        _arm.Write(command);
        _arm.Step(0);
        _ = _arm.Read();
        _ = _arm.Scene();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i <= 2000; i++)
        {
            _arm.Write(command);
            _arm.Step(i);
            _ = _arm.Read();
            _ = _arm.Scene();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // All joints swing slowly about home, a command a step.
    private void Wave(int steps)
    {
        for (var i = 1; i <= steps; i++)
        {
            var goal = Wx250s.Home;
            for (var j = 0; j < 6; j++) goal[j] += 0.1 * (1 - Math.Cos(Math.PI * i * 0.002));
            _arm.Write(new JointCommand(_time.GetTimestamp(), goal));
            _time.Pass(1);
        }
    }
}
