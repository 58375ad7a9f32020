using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Continuing;

/// <summary>On flows whose velocity is known in closed form.</summary>
public sealed class ContinuedFlowTests : IDisposable
{
    private const int Horizon = 6, Dims = 2, FlowSteps = 20;
    private const double Running = 1.5;

    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Guided_IsThePullThroughTheJacobian_AsDifferencesSay()
    {
        const double t = 0.6;
        var (x, running, weights) = (Random(1, 1, Horizon, Dims), Random(2, 1, Horizon, Dims), Random(3, Dims, Dims));
        var pull = Steps(ContinuationMethod.Guidance, committed: 2, left: 5).Pull();
        Tensor Velocity(Tensor at, IReadOnlyList<double> times) => (at.Affine(weights) * times[0]).Silu() + StepMean(at);

        var guided = ContinuedFlow.Guided(x, t, running, pull, Velocity).ToArray<double>();

        // What the pull is made of: ½|w ⊙ (running − a)|² with the weights once, as its gradient has them.
        var free = Velocity(x, [t]).ToArray<double>();
        var error = ((running - (x - Velocity(x, [t]) * t)) * pull).ToArray<double>();
        for (var i = 0; i < guided.Length; i++)
        {
            var gradient = 0.0;
            var (ahead, behind) = (LeadsTo(i, 1e-5), LeadsTo(i, -1e-5));
            for (var j = 0; j < error.Length; j++) gradient += (ahead[j] - behind[j]) / 2e-5 * error[j];
            Assert.Equal(free[i] - (ContinuedFlow.Strength(t) * gradient), guided[i], 1e-7);
        }

        double[] LeadsTo(int moved, double by)
        {
            var values = x.ToArray<double>();
            values[moved] += by;
            var at = Tensor.From<double>(values, [1, Horizon, Dims]);
            return (at - Velocity(at, [t]) * t).ToArray<double>();
        }
    }

    [Theory]
    [InlineData(0, 5)]            // at the beginning the bound holds
    [InlineData(0.5, 2)]
    [InlineData(0.25, 10.0 / 3)]
    [InlineData(0.01, 5)]
    public void Strength_IsRtcs(double tau, double expected) => Assert.Equal(expected, ContinuedFlow.Strength(1 - tau), 1e-12);

    [Fact]
    public void Pull_IsWholeForCommittedSteps_FallsOverWhatIsLeft_AndEndsThere()
    {
        var weights = Steps(ContinuationMethod.Guidance, committed: 2, left: 5).Pull().ToArray<double>();
        double Soft(double c) => c * (Math.Exp(c) - 1) / (Math.E - 1);
        Assert.Equal([1, 1, Soft(0.75), Soft(0.5), Soft(0.25), 0], weights, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData(ContinuationMethod.Prefix)]
    [InlineData(ContinuationMethod.Guidance)]
    [InlineData(ContinuationMethod.Inpainting)]
    public void Sample_CommittedSteps_ComeOutAsTheyWere(ContinuationMethod method)
    {
        var running = Steps(method, committed: 3, left: 5);
        var chunk = ContinuedFlow.Sample(Random(4, 1, Horizon, Dims), FlowSteps, running, (x, t) => OneNumber(x, t[^1])).ToArray<double>();
        Assert.All(chunk[..(3 * Dims)], value => Assert.Equal(Running, value, 1e-12));
    }

    // All steps are one number, drawn from N(0, 1): who listens to the committed ones knows the rest.
    [Theory]
    [InlineData(ContinuationMethod.Guidance, 0.25)]
    [InlineData(ContinuationMethod.Inpainting, 0.4)]   // what is put in place does not turn the rest: it only shows
    public void Sample_FreeSteps_FollowTheCommittedOnes(ContinuationMethod method, double within)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var noise = Random(100 + seed, 1, Horizon, Dims);
            var alone = Model.Network.FlowSampler.Sample(noise, FlowSteps, OneNumber).ToArray<double>();
            var chunk = ContinuedFlow.Sample(noise, FlowSteps, Steps(method, committed: 3, left: 4), (x, t) => OneNumber(x, t[0])).ToArray<double>();
            Assert.InRange(chunk[^1], Running - within, Running + within);
            Assert.True(Math.Abs(alone[^1] - Running) > 0.5, "the noise alone would have led there");
        }
    }

    [Fact]
    public void Sample_Prefix_TellsTheNetworkWhichStepsAreGiven()
    {
        var asked = 0;
        ContinuedFlow.Sample(Random(5, 1, Horizon, Dims), 4, Steps(ContinuationMethod.Prefix, committed: 2, left: 4), (x, times) =>
        {
            var t = 1 - (asked++ / 4.0);
            Assert.Equal([0, 0, t, t, t, t], times);
            Assert.All(x.ToArray<double>()[..(2 * Dims)], value => Assert.Equal(Running, value, 1e-12));
            return x * 0;
        });
        Assert.Equal(4, asked);
    }

    [Theory]
    [InlineData(3, 5, 8, null, 3)]
    [InlineData(6, 5, 8, null, 5)]       // more than is left of the plan
    [InlineData(900, 900, 8, null, 7)]   // a chunk has to decide something
    [InlineData(5, 8, 8, 4, 4)]          // more than it was trained for
    public void Bound_IsWhatPlanHorizonAndTrainingAllow(int committed, int left, int horizon, int? trained, int expected) =>
        Assert.Equal(new RunningRow(expected, Math.Min(left, horizon)), RunningRow.Of(new RunningPlan(committed, 1, new float[left]), horizon, trained));

    // The velocity of x_t = t·ε + (1 − t)·c·1 for c from N(0, 1): the mean of ε − c·1 given x_t.
    private static Tensor OneNumber(Tensor x, double t)
    {
        var signal = 1 - t;
        var mean = StepMean(x) * (Horizon * signal / ((t * t) + (Horizon * signal * signal)));
        return (x - mean) * (1 / t);
    }

    private static Tensor StepMean(Tensor x) => x.Transpose(1, 2).Affine(Tensor.Full(1.0 / Horizon, [1, Horizon], DType.Float64)).Reshape(1, 1, Dims);

    private static RunningSteps Steps(ContinuationMethod method, int committed, int left)
    {
        var actions = new double[Horizon * Dims];
        actions.AsSpan(0, left * Dims).Fill(Running);
        return new(method, Tensor.From<double>(actions, [1, Horizon, Dims]), [new(committed, left)]);
    }

    private static Tensor Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return Tensor.From<double>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (random.NextDouble() * 2) - 1)], shape);
    }
}
