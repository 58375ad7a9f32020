using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Policies;

public sealed class PolicyWarmUpTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_PolicyThatRemembersRobots_IsAskedForEveryNumberOfThemInEveryBatch(bool remembers)
    {
        var policy = new RememberingPolicy(remembers);
        var seconds = PolicyWarmUp.Run(policy, maxBatch: 2, run => run(), TestContext.Current.CancellationToken);

        Assert.Equal(2, seconds.Length);
        (int Batch, int Known)[] expected = remembers ? [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2)] : [(1, 0), (2, 0)];
        Assert.Equal(expected, policy.Asked.Distinct().Order());
        Assert.Equal(0, policy.Kept);
    }

    /// <summary>Keeps something of each robot that has a memory. A batch takes as long as one.</summary>
    private sealed class RememberingPolicy(bool remembers) : HoldPolicy, IBatchPolicy
    {
        internal List<(int Batch, int Known)> Asked { get; } = [];

        internal int Kept { get; private set; }

        public override ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken) =>
            ValueTask.FromResult(InferBatch([observation], cancellationToken)[0].Chunk!);

        public IReadOnlyList<BatchAnswer> InferBatch(IReadOnlyList<Observation> observations, CancellationToken cancellationToken)
        {
            cancellationToken.WaitHandle.WaitOne(20);
            var known = 0;
            foreach (var memory in observations.Select(o => o.Memory).OfType<PolicyMemory>())
            {
                using var taken = memory.Take();
                known += taken is null ? 0 : 1;
                if (remembers) memory.Keep(new Something(this));
            }

            Asked.Add((observations.Count, known));
            return [.. observations.Select(o => new BatchAnswer(base.InferAsync(o, cancellationToken).AsTask().GetAwaiter().GetResult(), null))];
        }

        private sealed class Something : IDisposable
        {
            private readonly RememberingPolicy _policy;

            internal Something(RememberingPolicy policy) => (_policy = policy).Kept++;

            public void Dispose() => _policy.Kept--;
        }
    }
}
