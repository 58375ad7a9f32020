using System.Security.Cryptography;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.Policies;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

/// <summary>Moves wildly, and otherwise for every pixel, joint position, word and seed that differs; remembers what it saw.</summary>
internal sealed class PictureDrivenPolicy(double reach) : IPolicy
{
    public List<Observation> Seen { get; } = [];

    public PolicyInfo Info { get; } = ArmPolicy.Info("wild", 10) with { Cameras = ["primary", "wrist"] };

    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        Seen.Add(observation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var frame in observation.Frames) hash.AppendData(frame.Data.Span);
        foreach (var joint in observation.Proprioception.ToArray()) hash.AppendData(BitConverter.GetBytes(joint));
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(observation.Instruction));
        hash.AppendData(BitConverter.GetBytes(observation.NoiseSeed!.Value));
        var random = new Random(BitConverter.ToInt32(hash.GetHashAndReset()));
        var numbers = Enumerable.Range(0, ArmPolicy.Horizon * ArmPolicy.Dims).Select(_ => (float)(reach * ((2 * random.NextDouble()) - 1)));
        return ValueTask.FromResult(ArmPolicy.Chunk(observation, Info, [.. numbers]));
    }
}
