using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Asks a fresh policy full-size questions, so that no robot waits for allocations and compilation, and checks the answers.</summary>
internal static class PolicyWarmUp
{
    private const int Width = 640;
    private const int Height = 480;

    internal const string Instruction = "put the spoon on the towel"; // prompts are padded, so its length costs nothing

    /// <summary>With depth where the policy has it, and without.</summary>
    /// <exception cref="InvalidOperationException">An answer is not a chunk that may be sent.</exception>
    public static void Run(IPolicy policy, CancellationToken cancellationToken)
    {
        for (var sequence = 1; sequence <= 2; sequence++)
        {
            var observation = FullSize(policy.Info, sequence, wantDepth: sequence == 1 && policy.Info.HasDepth);
            var chunk = policy.InferAsync(observation, cancellationToken).AsTask().GetAwaiter().GetResult();
            if (ChunkCheck.Fault(chunk, observation, policy.Info) is { } fault) throw new InvalidOperationException($"the policy's answer at warm-up {fault}");
        }
    }

    private static Observation FullSize(PolicyInfo policy, long sequence, bool wantDepth)
    {
        var picture = new byte[3 * Width * Height];
        for (var i = 0; i < picture.Length; i++) picture[i] = (byte)(i / 3 % Width);
        return new()
        {
            Sequence = sequence,
            CaptureTimeNs = 0,
            BudgetNs = long.MaxValue,
            Frames =
            [
                .. policy.Cameras.Select(camera => new CameraFrame
                {
                    Camera = camera, Encoding = ImageEncoding.Rgb8, Width = Width, Height = Height, Stride = 3 * Width,
                    CaptureTimeNs = 0, Sequence = sequence, Data = picture,
                }),
            ],
            Proprioception = JointVector.Zero(policy.Joints.Length),
            Instruction = Instruction,
            NoiseSeed = 0,
            WantDepth = wantDepth,
        };
    }
}
