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
        var both = new double[2][];
        await Task.Run(() => Threads.Run(Threads.Create(2), replica => both[replica.Rank] = Learn(small, replica)), TestContext.Current.CancellationToken);

        Assert.Equal(both[0], both[1]);
        for (var i = 0; i < alone.Length; i++) Assert.Equal(alone[i], both[0][i], 1e-4);
    }

    [Fact]
    public void Threads_OneFails_TheOthersAreEndedAndItsErrorIsTold()
    {
        var ended = 0;
        var failure = Assert.Throws<InvalidOperationException>(() => Threads.Run(Threads.Create(3), replica =>
        {
            if (replica.Rank == 1) throw new InvalidOperationException("out of order");
            try
            {
                replica.Sum([1]);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }));
        Assert.Equal("out of order", failure.Message);
        Assert.Equal(2, ended);
    }

    [Fact]
    public void Run_WithTwoReplicas_IsOneRun()
    {
        using var small = new SmallTraining();
        Assert.NotNull(small.Run("alone"));
        Assert.NotNull(TrainingRun.Run(small.ConfigFile, small.InFolder("shared"), TorchDevice.Cpu, _ => { }, TestContext.Current.CancellationToken, threads: 2));
        var (alone, shared) = (small.Losses("alone"), small.Losses("shared"));
        Assert.Equal(alone.Length, shared.Length);
        for (var i = 1; i < alone.Length; i++)
            Assert.Equal(Flow(alone[i]), Flow(shared[i]), 1e-3);

        static double Flow(string line) => double.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture);
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
}
