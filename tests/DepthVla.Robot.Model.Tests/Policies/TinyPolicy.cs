using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>The preset of joint positions with the random weights of its seed, loaded, and asked in one word.</summary>
internal sealed class TinyPolicy : IDisposable
{
    private static readonly Lazy<string> Checkpoint = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("depthvla-tiny-joints-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        CheckpointWriter.Init(folder, Presets.Load("depthvla-tiny-joints"), Presets.NominalStats(), tokenizer: null, DType.BFloat16);
        return folder;
    });

    private readonly DepthVlaPolicy _policy;

    internal TinyPolicy(bool maskDepth = false, ContinuationMethod? continuation = null, int? flowSteps = null, InferenceEngine? engine = null, int depthEvery = 1) =>
        _policy = DepthVlaPolicy.Load(Folder, TorchDevice.Cpu, new() { MaskDepth = maskDepth, Continuation = continuation, FlowSteps = flowSteps, Engine = engine, DepthEvery = depthEvery });

    internal static string Folder => Checkpoint.Value;

    internal PolicyInfo Info => _policy.Info;

    internal async Task<ActionChunk> Infer(Observation observation) => await _policy.InferAsync(observation, TestContext.Current.CancellationToken);

    internal IReadOnlyList<BatchAnswer> InferBatch(params IReadOnlyList<Observation> observations) => _policy.InferBatch(observations, TestContext.Current.CancellationToken);

    /// <summary>The bit patterns of its actions: −0 is not 0, and NaN would be itself.</summary>
    internal async Task<int[]> InferBits(Observation observation) => Bits(await Infer(observation));

    internal static int[] Bits(ActionChunk chunk) => Array.ConvertAll(chunk.Actions.ToArray(), BitConverter.SingleToInt32Bits);

    public void Dispose() => _policy.Dispose();
}
