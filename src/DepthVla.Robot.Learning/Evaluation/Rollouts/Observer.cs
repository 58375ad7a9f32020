using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>Makes the observations of one attempt, as the robot would. The same seed gives the same noise for the same observation.</summary>
internal sealed class Observer(EvaluationWorld world, PolicyInfo policy, string instruction, int seed) : IDisposable
{
    // The robot's; nothing here is late, so nobody acts on it.
    private const long BudgetNs = 210_000_000;

    private readonly PolicyMemory _memory = new();

    /// <summary>How many were made.</summary>
    internal int Count { get; private set; }

    internal Observation Observe(long nowNs, in JointVector joints, ExecutingStep? executing, RunningPlan? running)
    {
        Count++;
        return new Observation
        {
            Sequence = Count, CaptureTimeNs = nowNs, BudgetNs = BudgetNs, Proprioception = joints, Instruction = instruction, Executing = executing, Running = running, Memory = _memory,
            NoiseSeed = Noise(seed, Count), TrueDepth = policy.ReadsTrueDepth ? [.. policy.Cameras.Select(world.TrueDepth)] : [],
            Frames =
            [
                .. policy.Cameras.Select(camera => new CameraFrame
                {
                    Camera = camera, Encoding = ImageEncoding.Jpeg, Width = EvaluationWorld.PictureSize.Width, Height = EvaluationWorld.PictureSize.Height,
                    CaptureTimeNs = nowNs, Sequence = Count, Data = world.Capture(camera),
                }),
            ],
        };
    }

    public void Dispose() => _memory.Dispose();

    // SplitMix64's finaliser: neighbours get seeds that have nothing in common.
    private static ulong Noise(int seed, int observation)
    {
        var x = ((ulong)(uint)seed << 32 | (uint)observation) + 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
