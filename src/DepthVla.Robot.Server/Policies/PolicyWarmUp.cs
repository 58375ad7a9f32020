using System.Collections.Immutable;
using System.Diagnostics;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Asks a fresh policy full-size questions, so that no robot waits for allocations and compilation, and checks the answers.</summary>
internal static class PolicyWarmUp
{
    private const int Width = 640;
    private const int Height = 480;
    private const int FewestQuestions = 2;
    private const int MostQuestions = 10; // a stall in one of them moves no median

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    internal const string Instruction = "put the spoon on the towel";

    // A batch that takes longer fits no robot's budget.
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(0.5);

    /// <summary>Ten times, or for about a second; a slow policy is asked twice. The first question asks for depth where the policy has it. A policy that keeps something of a robot is reminded of it, too.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="maxBatch">Observations answered together, at most.</param>
    /// <param name="run">Runs one step, which is one answer, on the inference thread, and waits for it.</param>
    /// <param name="cancellationToken">The server is going away.</param>
    /// <returns>How long batches of 1, 2, … take, s, as far as larger ones pay.</returns>
    /// <exception cref="InvalidOperationException">An answer is not a chunk that may be sent.</exception>
    public static ImmutableArray<double> Run(IPolicy policy, int maxBatch, Action<Action> run, CancellationToken cancellationToken)
    {
        using var memory = new PolicyMemory();
        var question = FullSize(policy.Info);
        List<double> seconds = [One(policy, question, memory, run, cancellationToken)];
        if (policy is not IBatchPolicy batches) return [.. seconds];
        var remembers = Holds(memory);
        if (remembers) Remind(batches, question, 1, run, cancellationToken);
        for (var batch = 2; batch <= maxBatch && seconds[^1] * batch / (batch - 1) < TooLong.TotalSeconds; batch++)
        {
            Observation[] alike = [.. Enumerable.Repeat(question, batch)];
            run(() => batches.InferBatch(alike, cancellationToken));
            var took = 0.0;
            run(() =>
            {
                var start = Stopwatch.GetTimestamp();
                batches.InferBatch(alike, cancellationToken);
                took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            });
            if (took / batch >= seconds[^1] / (batch - 1)) break;
            seconds.Add(took);
            if (remembers) Remind(batches, question, batch, run, cancellationToken);
        }

        return [.. seconds];
    }

    private static bool Holds(PolicyMemory memory)
    {
        using var kept = memory.Take();
        return kept is not null;
    }

    // What is known of some of a batch's robots makes answers of another size: each is asked for once.
    private static void Remind(IBatchPolicy policy, Observation question, int batch, Action<Action> run, CancellationToken cancellationToken)
    {
        for (var known = 1; known <= batch; known++)
        {
            PolicyMemory[] memories = [.. Enumerable.Range(0, known).Select(_ => new PolicyMemory())];
            for (var sequence = 1; sequence <= 2; sequence++)
            {
                Observation[] asked = [.. Enumerable.Range(0, batch).Select(i => question with { Sequence = sequence, Memory = i < known ? memories[i] : null })];
                run(() => policy.InferBatch(asked, cancellationToken));
            }

            foreach (var memory in memories) memory.Dispose();
        }
    }

    // The median of all but the first.
    private static double One(IPolicy policy, Observation question, PolicyMemory memory, Action<Action> run, CancellationToken cancellationToken)
    {
        var (start, seconds) = (Stopwatch.GetTimestamp(), new List<double>());
        for (var sequence = 1; sequence <= FewestQuestions || (sequence <= MostQuestions && Stopwatch.GetElapsedTime(start) < Enough); sequence++)
        {
            var observation = question with { Sequence = sequence, WantDepth = sequence == 1 && policy.Info.HasDepth, Memory = sequence == 1 ? memory : null };
            run(() =>
            {
                var began = Stopwatch.GetTimestamp();
                var chunk = policy.InferAsync(observation, cancellationToken).AsTask().GetAwaiter().GetResult();
                if (ChunkCheck.Fault(chunk, observation, policy.Info) is { } fault) throw new InvalidOperationException($"the policy's answer at warm-up {fault}");
                if (observation.Sequence > 1) seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            });
        }

        return seconds.Order().ElementAt(seconds.Count / 2);
    }

    private static Observation FullSize(PolicyInfo policy)
    {
        var picture = new byte[3 * Width * Height];
        for (var i = 0; i < picture.Length; i++) picture[i] = (byte)(i / 3 % Width);
        return new()
        {
            Sequence = 1,
            CaptureTimeNs = 0,
            BudgetNs = long.MaxValue,
            Frames =
            [
                .. policy.Cameras.Select(camera => new CameraFrame
                {
                    Camera = camera, Encoding = ImageEncoding.Rgb8, Width = Width, Height = Height, Stride = 3 * Width,
                    CaptureTimeNs = 0, Sequence = 1, Data = picture,
                }),
            ],
            Proprioception = JointVector.Zero(policy.Joints.Length),
            Instruction = Instruction,
            NoiseSeed = 0,
        };
    }
}
