using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Text.SentencePiece;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>What a training run tells about itself as it goes.</summary>
/// <param name="Message">A line for people; empty when only numbers changed.</param>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Line">The newest line of the log, if there is one.</param>
public readonly record struct TrainingProgress(string Message, long Step, int Steps, LogLine? Line);

/// <summary>A training run from its config file to a checkpoint. Killed at any moment and started again, it goes on from its last saved state.</summary>
public sealed class TrainingRun
{
    private const int ValidationBatches = 8;
    private readonly TrainingConfig _config;
    private readonly CheckpointConfig _model;
    private readonly string _configFolder, _folder;
    private readonly TorchDevice _device;
    private readonly Action<TrainingProgress> _tell;
    private readonly IReplicas _replicas;

    private TrainingRun(
        TrainingConfig config, CheckpointConfig model, string configFolder, string folder, TorchDevice device, IReplicas replicas, Action<TrainingProgress> tell) =>
        (_config, _model, _configFolder, _folder, _device, _replicas, _tell) = (config, model, configFolder, folder, device, replicas, tell);

    /// <summary>Trains, or goes on training, until the config's steps are made or <paramref name="stop"/>.</summary>
    /// <param name="configFile">The config; paths in it are beside it.</param>
    /// <param name="folder">Where state, log and checkpoint go.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="tell">Is told of progress; on the calling thread.</param>
    /// <param name="stop">Ends the run after the step being made, with its state saved.</param>
    /// <param name="threads">So many replicas, each on its rows of every batch; 1 where mpirun started several processes.</param>
    /// <returns>The checkpoint's folder, or null when the run was stopped before its end.</returns>
    /// <exception cref="FormatException">The config cannot be used; every problem is listed.</exception>
    public static string? Run(string configFile, string folder, TorchDevice device, Action<TrainingProgress> tell, CancellationToken stop, int threads = 1)
    {
        var configFolder = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
        var config = TrainingConfigFile.Read(configFile);
        var model = TrainingConfigFile.Model(config, configFolder);
        using var processes = Mpi.Join(device);
        List<string> problems = [.. TrainingConfigCheck.Problems(config, configFolder, model.Network, processes.Count * threads)];
        if (processes.Count > 1 && threads > 1) problems.Add($"replicas: expected 1 in each of several processes, got {threads}");
        if (problems.Count > 0) throw new FormatException($"{configFile}: {string.Join("; ", problems)}");
        Directory.CreateDirectory(folder);
        using var ours = processes.Rank > 0 ? null : Claim(folder);
        TrainingRun With(IReplicas replicas) => new(config, model with { Name = config.Name, Seed = (ulong)config.Seed }, configFolder, folder, device, replicas, tell);

        TrainingRun[] runs = threads == 1 ? [With(processes)] : [.. Threads.Create(threads).Select(With)];
        var frames = runs[0].Load();                                                             // in memory once
        var builders = runs.Select(run => run.Builder(frames)).ToArray();
        if (threads == 1) return runs[0].Run(frames, builders[0], stop);

        string? checkpoint = null;
        Threads.Run([.. runs.Select(run => (Threads)run._replicas)], replica =>
        {
            var result = runs[replica.Rank].Run(frames, builders[replica.Rank], stop);
            if (replica.Rank == 0) checkpoint = result;
        });
        return checkpoint;
    }

    // Two runs in one folder would write each other's files.
    private static FileStream Claim(string folder)
    {
        var file = Path.Combine(folder, ".running");
        try { return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose); }
        catch (IOException e) { throw new IOException($"{folder}: another training run is at work there; stop it, or name another folder with --run", e); }
    }

    private IBatchSource Builder(FrameStore frames)
    {
        var (tokenizer, replica) = (Tokenizer(frames), (_replicas.Rank, _replicas.Count));
        return _config.Stage == TrainingStage.Depth ? new DepthBatchBuilder(_config, _model.Network, frames, _device, replica)
            : new BatchBuilder(_config, _model, frames, tokenizer, _device, replica);
    }

    private string? Run(FrameStore frames, IBatchSource builder, CancellationToken stop)
    {
        using var trainer = new Trainer(_config, _model.Network, ParameterSet.Begin(_config, _configFolder, _model.Network, frames.Objects, _device), _device, _replicas);
        using var log = Resume(trainer);
        Say($"{trainer.Masters.Where(m => !m.Key.StartsWith("training.", StringComparison.Ordinal)).Sum(m => m.Value.Count):n0} parameters, from step {trainer.Step} of {_config.Steps}");

        var next = Prepare(builder, trainer.Step);
        while (trainer.Step < _config.Steps && !IsStopped(stop) && !log.IsSpent(_config.Patience))
        {
            var batch = next.GetAwaiter().GetResult();
            if (trainer.Step + 1 < _config.Steps) next = Prepare(builder, trainer.Step + 1);
            var report = trainer.Learn(part => batch[part]);
            foreach (var part in batch) part.Dispose();
            if (!double.IsFinite(report.GradientNorm)) throw new InvalidOperationException($"step {report.Step}: the gradient is not finite; lower optimizer.learning_rate, and start again from the last state");
            log.Add(report, _config.Batch);
            if (report.Step % _config.LogEvery == 0 || report.Step == _config.Steps) Tell(log.WriteTraining(), report.Step);
            else Say(new TrainingProgress("", report.Step, _config.Steps, null));
            if (report.Step % _config.SaveEvery == 0 || report.Step == _config.Steps)
            {
                if (frames.Validation.Length > 0) Tell(log.WriteValidation(report.Step, [.. Enumerable.Range(0, ValidationBatches).Select(i => Judge(trainer, builder, i))]), report.Step);
                Save(trainer, log, frames);
            }
        }

        if (trainer.Step % _config.SaveEvery != 0 || !Directory.Exists(CheckpointFolder)) Save(trainer, log, frames);   // the last time may have failed
        return trainer.Step >= _config.Steps || log.IsSpent(_config.Patience) ? CheckpointFolder : null;
    }

    private FrameStore Load()
    {
        string[] folders = [.. _config.Data.Select(d => Path.Combine(_configFolder, d))];
        var gate = new Lock();      // episodes are read on several threads
        void Skipped(string problem)
        {
            lock (gate) Say($"skipped {problem}");
        }

        void Progress(int done, int all)
        {
            lock (gate) if (done % 100 == 0 || done == all) Say($"reading {done} of {all} episodes");
        }

        var frames = _config.Stage == TrainingStage.Depth ? new DepthFrameLoader(_model, _config.Rgbd).Load(folders, _config.ValidationShare, Skipped, Progress)
            : new FrameLoader(_model).Load(folders, _config.ValidationShare, Skipped, Progress);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);   // what decoding left
        Say($"{frames.Training.Length} frames to train on, {frames.Validation.Length} for validation, {frames.Instructions.Length} instructions");
        return frames;
    }

    // Together or not at all: a replica that stopped alone would leave the others waiting.
    private bool IsStopped(CancellationToken stop)
    {
        float[] asked = [stop.IsCancellationRequested ? 1 : 0];
        _replicas.Sum(asked);
        return asked[0] > 0;
    }

    private string CheckpointFolder => Path.Combine(_folder, "checkpoint");

    // Built on a thread of its own while the step before is computed.
    private Task<ITrainingBatch[]> Prepare(IBatchSource builder, long step) => Task.Run(() =>
        Enumerable.Range(0, _config.Accumulate).Select(part => builder.Training(step, part)).ToArray());

    private static StepLosses Judge(Trainer trainer, IBatchSource builder, int number)
    {
        using var scope = new TensorScope();
        return trainer.Judge(builder.Validation(number));
    }

    private LossLog Resume(Trainer trainer)
    {
        var state = Path.Combine(_folder, TrainingState.File);
        if (File.Exists(state)) TrainingState.Load(trainer, state);
        return _replicas.Rank > 0 ? LossLog.Nowhere() : LossLog.Open(Path.Combine(_folder, "losses.csv"), trainer.Step);
    }

    // The policy as it is goes beside the state, so that it can be tried while training goes on.
    private void Save(Trainer trainer, LossLog log, FrameStore frames)
    {
        if (_replicas.Rank > 0) return;
        log.Flush();
        LossPicture.Write($"{_config.Name}: losses by step", Path.Combine(_folder, "losses.csv"), Path.Combine(_folder, "losses.png"));
        TrainingState.Save(trainer, Path.Combine(_folder, TrainingState.File));
        Export(trainer, frames);
    }

    private void Export(Trainer trainer, FrameStore frames)
    {
        var average = Path.Combine(_folder, "average.safetensors");
        SafetensorsWriter.Write(average, [.. trainer.Average.Where(t => !t.Key.StartsWith("training.", StringComparison.Ordinal)).Select(t =>
            new TensorSource(t.Key, DType.Float32, t.Value.Shape.ToArray(), stream => t.Value.WriteTo(stream)))]);
        var model = Provenance.Of(_model, _config, trainer.Step);
        CheckpointWriter.Import(CheckpointFolder, model, frames.Stats, File.Exists(TokenizerFile) ? TokenizerFile : null, DType.BFloat16, [(average, null)]);
        File.Delete(average);
    }

    private string TokenizerFile => Path.Combine(_folder, "tokenizer.model");

    private ITokenizer Tokenizer(FrameStore frames)
    {
        if (_model.Policy.Tokenizer == TokenizerKind.Bytes) return new ByteTokenizer();
        var given = _config.Tokenizer is { } path ? File.ReadAllBytes(Path.Combine(_configFolder, path)) : WordVocabulary.Build(frames.Instructions.Order(StringComparer.Ordinal));
        if (!File.Exists(TokenizerFile)) File.WriteAllBytes(TokenizerFile, given);
        var tokenizer = SentencePieceTokenizer.Load(TokenizerFile);
        return tokenizer.VocabularySize <= _model.Network.VocabSize ? tokenizer
            : throw new FormatException($"network.vocab_size: expected {tokenizer.VocabularySize} or more, for the words of the instructions, got {_model.Network.VocabSize}");
    }

    private void Tell(LogLine line, long step) => Say(new TrainingProgress("", step, _config.Steps, line));

    private void Say(string message) => Say(new TrainingProgress(message, 0, _config.Steps, null));

    private void Say(TrainingProgress progress)
    {
        if (_replicas.Rank == 0) _tell(progress);
    }
}
