using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Daemon.Running;
using DepthVla.Robot.Simulation.Arms;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>A simulated arm that a hand leads through the daemon's own run: socket, control loop, physics, referee, in real time; then a policy drives it on from where it was left.</summary>
public sealed class TeachClosedLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-teach-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_ArmLedByHand_IsHeldWhereItWasLeftAndDrivenOnOnlyOnceItIsArmed()
    {
        await using var server = await PolicyOnASocket.StartAsync(new SteeringPolicy([Wx250s.Home.ToArray()], 1_000_000_000));
        var options = new DaemonOptions { PhysicsPriority = 0, Start = StartAs.Idle }.Patiently(server, _folder);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var robot = new TaskCompletionSource<RobotSystem>();
        var output = new StringWriter(CultureInfo.InvariantCulture);
        var running = new DaemonRun(options, MonotonicClock.System, NullLoggerFactory.Instance, output, columns: null) { Started = robot.SetResult }.RunAsync(end.Token);
        var arm = (await robot.Task).World!.Arm;

        await SayAsync("/teach/start");
        await PushAsync(0.4);
        await UntilAsync(() => arm.Read().Positions[0] > 0.2);
        await PushAsync(-0.4);
        await UntilAsync(() => arm.Read().Velocities[0] < 0.05);
        await PushAsync(0);
        Assert.Contains("Kept 'left'", (await SayAsync("/teach/pose/left")).Text, StringComparison.Ordinal);
        var taught = await SayAsync("/teach/end");
        var left = taught.Lesson!.Poses["left"].Joints["waist"];
        Assert.True(left > 0.2 && taught.Lesson.Joints["waist"].Max >= left - 1e-4, taught.Text);

        await Task.Delay(TimeSpan.FromSeconds(1), end.Token);                        // chunks come, and move nothing
        Assert.Equal(left, arm.Read().Positions[0], 0.05);
        await SayAsync("/arm");
        await UntilAsync(() => Math.Abs(arm.Read().Positions[0]) < 0.05);           // the policy wants it at home
        await end.CancelAsync();
        Assert.True(await running is RunOutcome.Held or RunOutcome.BrokenPromise, $"{output}");
        var summary = JsonDocument.Parse(await File.ReadAllTextAsync(options.Json, TestContext.Current.CancellationToken)).RootElement;
        Assert.All(summary.GetProperty("physics").GetProperty("violations").EnumerateArray(), violation => Assert.StartsWith("Measured", violation.GetString(), StringComparison.Ordinal));
        Assert.Equal(0, summary.GetProperty("control").GetProperty("allocated_bytes").GetInt64());
        Assert.Equal(1, summary.GetProperty("modes").GetProperty("teaching").GetProperty("count").GetInt32());

        Task PushAsync(double torque) => arm.InvokeAsync(physics =>
        {
            var hand = JointVector.Zero(7);
            hand[0] = torque;
            physics.Hand = hand;
            return true;
        });

        async Task<Answer> SayAsync(string path)
        {
            while (true)
            {
                Answer answer;
                try { answer = Answer.Read(await OperatorClient.AskAsync(options.OperatorSocket, "POST", path))!; }
                catch (OperatorSocketException) { answer = new(false, "not yet"); }
                if (answer.Done) return answer;
                Assert.True(!running.IsCompleted, $"{answer.Text}\n{output}");
                await Task.Delay(50, end.Token);                                     // it starts, or still swings
            }
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!holds()) await Task.Delay(2, patience.Token);
    }
}
