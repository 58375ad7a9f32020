using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

/// <summary>The policy that ships gets things done, and does so because it looks and listens.</summary>
/// <remarks>A sample: docs/results/depthvla-tiny.md has the numbers. Other processors round otherwise, so the bounds are wide.</remarks>
public sealed class ShippedPolicyTests
{
    private static readonly ImmutableArray<TabletopTask> Picks = TaskFamily.Named(["pick"]);

    private static string Folder => Path.GetFullPath(Path.Combine(TeacherFolder.Small.Folder, "../../../models/depthvla-tiny"));

    [Fact]
    public void Run_PickByColour_SucceedsAlmostAlways() => Assert.InRange(Successes(Picks, 5, policy => policy), 12, 15);

    [Fact]
    public void Run_PlateAndStack_SucceedsMoreOftenThanNot() =>
        Assert.InRange(Successes(TaskFamily.Named(["red-on-plate", "stack-green-on-yellow"]), 5, policy => policy), 6, 10);

    [Fact]
    public void Run_WithoutPictures_Fails() =>
        Assert.InRange(Successes(Picks, 2, policy => new DeprivedPolicy(policy, PolicyControl.Black, default)), 0, 1);

    [Fact]
    public void Run_WithItsCamerasSwapped_Fails() =>
        Assert.InRange(Successes(Picks, 2, policy => new DeprivedPolicy(policy, PolicyControl.Swapped, default)), 0, 1);

    [Fact]
    public void Run_ToldAnotherTask_DoesNotDoThisOne() => Assert.InRange(Successes(Picks, 3, policy => policy, wrong: true), 0, 1);

    private static int Successes(ImmutableArray<TabletopTask> tasks, int seeds, Func<IPolicy, IPolicy> change, bool wrong = false)
    {
        var plan = new EvaluationPlan { Tasks = tasks, Seeds = seeds, FirstSeed = 7000, WrongInstruction = wrong };
        var attempts = EvaluationRun.Run(plan, 1, _ => change(DepthVlaPolicy.Load(Folder, TorchDevice.Cpu)), _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(plan.Count, attempts.Length);
        Assert.All(attempts, attempt => Assert.Equal(0, attempt.Refused));
        return attempts.Count(attempt => attempt.Outcome.Success);
    }
}
