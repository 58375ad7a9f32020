using System.Globalization;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Randomness;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Model.Policies;

/// <summary>A checkpoint's golden.json: what it answered once, so that whoever loads it elsewhere can see that it still does.</summary>
public static class GoldenFile
{
    /// <summary>Its name in the checkpoint's folder.</summary>
    public const string Name = "golden.json";

    /// <summary>The least cosine between a chunk recorded and the same chunk on another kind of device.</summary>
    public const double LeastCosine = 0.999;

    private const int Width = 64, Height = 48;

    private static readonly ulong[] Seeds = [1, 2, 3];

    /// <summary>Asks a policy, and writes down what it answers. On the thread that asks it.</summary>
    /// <param name="folder">Of the checkpoint that the policy was made from, with no choices of its own.</param>
    /// <param name="policy">The policy.</param>
    public static void Record(string folder, IPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var golden = new GoldenAnswers { ModelHash = policy.Info.ModelHash, Device = Device(policy), Chunks = Seeds.ToDictionary(seed => seed, seed => Ask(policy, seed)) };
        File.WriteAllText(Path.Combine(folder, Name), ModelJson.Write(golden));
    }

    /// <summary>How a policy answers otherwise than was recorded, or null when it does not or nothing was. On the thread that asks it.</summary>
    /// <param name="folder">Of its checkpoint.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="isAsRecorded">Whether it was made without choices that change answers: then, on the same kind of device, every bit must be the same.</param>
    /// <exception cref="CheckpointException">The file makes no sense, or is another checkpoint's.</exception>
    public static string? Fault(string folder, IPolicy policy, bool isAsRecorded)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return null;
        var golden = Read(path, folder, policy.Info.ModelHash);
        var exactly = isAsRecorded && golden.Device == Device(policy);
        foreach (var (seed, recorded) in golden.Chunks)
        {
            var answered = Ask(policy, seed);
            if (exactly ? !answered.AsSpan().SequenceEqual(recorded) : !(Likeness.Cosine<float>(answered, recorded) >= LeastCosine))
            {
                return string.Create(CultureInfo.InvariantCulture,
                    $"{Name}: expected the chunk recorded for seed {seed} {(exactly ? "bit for bit" : $"with a cosine of at least {LeastCosine}")}, got one with a cosine of {Likeness.Cosine<float>(answered, recorded):0.000000}; the weights or the machine are not what they were. Record it anew with 'depthvla checkpoint verify --record' if that is meant");
            }
        }

        return null;
    }

    private static GoldenAnswers Read(string path, string folder, string hash)
    {
        GoldenAnswers golden;
        try { golden = ModelJson.Read<GoldenAnswers>(File.ReadAllText(path), Name); }
        catch (FormatException e) { throw new CheckpointException(folder, [e.Message]); }
        return golden.ModelHash == hash ? golden : throw new CheckpointException(folder, [$"{Name}: expected one made for {hash}, got one for {golden.ModelHash}; record it anew with 'depthvla checkpoint verify --record'"]);
    }

    private static float[] Ask(IPolicy policy, ulong seed) =>
        policy.InferAsync(Question(policy.Info, seed), CancellationToken.None).AsTask().GetAwaiter().GetResult().Actions.ToArray();

    // Noise in every picture, each robot's joints at zero.
    private static Observation Question(PolicyInfo policy, ulong seed) => new()
    {
        Sequence = 1, CaptureTimeNs = 0, BudgetNs = long.MaxValue,
        Frames =
        [
            .. policy.Cameras.Select((camera, i) => new CameraFrame
            {
                Camera = camera, Encoding = ImageEncoding.Rgb8, Width = Width, Height = Height, Stride = 3 * Width, CaptureTimeNs = 0, Sequence = 1,
                Data = Enumerable.Range(0, 3 * Width * Height).Select(n => (byte)Philox.Bits(seed, (ulong)i, (ulong)n).A).ToArray(),
            }),
        ],
        Proprioception = JointVector.Zero(policy.Joints.Length), Instruction = "put the spoon on the towel", NoiseSeed = seed,
    };

    // Two processors of one name compute the same; of a GPU no more is known here than that it is one.
    private static string Device(IPolicy policy) => policy.Info.Device != "cpu" ? policy.Info.Device
        : CpuModel.Name is { } name ? $"cpu, {name}" : "cpu";
}
