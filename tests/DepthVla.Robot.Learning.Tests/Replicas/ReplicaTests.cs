using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Learning.Tests.Training;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Text.SentencePiece;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Replicas;

public sealed class ReplicaTests
{
    [Fact]
    public async Task TwoReplicas_EachWithHalfOfTheBatch_FollowTheLossesOfOneWithAll()
    {
        using var small = new SmallTraining();
        var alone = await Task.Run(() => Learn(small, new Alone()), TestContext.Current.CancellationToken);
        using var meeting = new Barrier(2);
        var sums = new float[2][];
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Factory.StartNew(
            () => Learn(small, new Threads(rank, sums, meeting)), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(both[0], both[1]);
        for (var i = 0; i < alone.Length; i++) Assert.Equal(alone[i], both[0][i], 1e-4);
    }

    private static double[] Learn(SmallTraining small, IReplicas replicas)
    {
        using var scope = new TensorScope();
        var model = ModelJson.Read<CheckpointConfig>(SmallTraining.ModelText, "model");
        var config = small.Config;
        var frames = new FrameLoader(model).Load([small.InFolder("data")], 0.3, _ => { }, (_, _) => { });
        var file = small.InFolder($"words-{replicas.Count}-{replicas.Rank}.model");
        File.WriteAllBytes(file, WordVocabulary.Build(frames.Instructions));
        var builder = new BatchBuilder(config, model, frames, SentencePieceTokenizer.Load(file), TorchDevice.Cpu, (replicas.Rank, replicas.Count));
        using var trainer = new Trainer(config, model.Network, ParameterSet.Begin(config, ".", model.Network, 0, TorchDevice.Cpu), TorchDevice.Cpu, replicas);
        return [.. Enumerable.Range(0, 6).Select(_ => trainer.Learn(part => builder.Training(trainer.Step, part)).Losses.Flow)];
    }

    /// <summary>Replicas that are threads of one process.</summary>
    private sealed class Threads(int rank, float[][] sums, Barrier meeting) : IReplicas
    {
        public int Rank => rank;

        public int Count => 2;

        public void Sum(Span<float> values)
        {
            sums[rank] = values.ToArray();
            meeting.SignalAndWait();
            for (var i = 0; i < values.Length; i++) values[i] = sums[0][i] + sums[1][i];
            meeting.SignalAndWait();
        }

        public void Dispose()
        {
        }
    }
}
