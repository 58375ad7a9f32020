using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>Where the tool was to be at each frame of a recorded episode, and each finger, m.</summary>
internal readonly record struct RecordedCommand(Pose Tool, float Gripper);

/// <summary>Recorded episodes by instruction, as commands. Immutable: threads may share it.</summary>
public sealed class RecordedCommands
{
    private const int MostEpisodes = 20;

    private readonly ImmutableDictionary<string, ImmutableArray<ImmutableArray<RecordedCommand>>> _episodes;

    private RecordedCommands(double rate, ImmutableDictionary<string, ImmutableArray<ImmutableArray<RecordedCommand>>> episodes) =>
        (Rate, _episodes) = (rate, episodes);

    /// <summary>Commands a second, Hz.</summary>
    public double Rate { get; }

    /// <summary>Reads up to 20 episodes an instruction: those in which nothing else was asked for.</summary>
    /// <param name="folder">Of the dataset.</param>
    /// <param name="instructions">Which are wanted.</param>
    /// <exception cref="DatasetException">The folder is no dataset of tool poses of this arm, or an instruction has no episode.</exception>
    public static RecordedCommands Read(string folder, IEnumerable<string> instructions)
    {
        using var dataset = LeRobotDataset.Open(folder);
        var joints = Wx250s.Description.Joints.Length;
        var (states, actions) = (dataset.Info.State?.Count ?? 0, dataset.Info.Action?.Count ?? 0);
        if (states != joints || actions != ArmPolicy.Dims)
        {
            var expected = $"{joints} joints and actions of {ArmPolicy.Dims} numbers";
            throw new DatasetException($"{folder}: features", expected, $"{states} and {actions}", "name demonstrations of the simulated arm");
        }

        var chain = new SerialChain(Wx250s.Description);
        var found = ImmutableDictionary.CreateBuilder<string, ImmutableArray<ImmutableArray<RecordedCommand>>>();
        foreach (var instruction in instructions.Distinct())
        {
            var entries = dataset.Episodes.Where(entry => entry.Tasks is [var only] && only == instruction).Take(MostEpisodes).Select(entry => entry.Index);
            var episodes = dataset.ReadEpisodes(entries, _ => { }, ReadOptions.Numbers)
                .Select(episode => episode.Frames.Select(frame => Command(chain, frame.State, frame.Action)).ToImmutableArray()).ToImmutableArray();
            if (episodes.IsEmpty)
                throw new DatasetException($"{folder}: episodes", $"one of '{instruction}'", "none", "name a dataset that has one, or other tasks");
            found[instruction] = episodes;
        }

        return new(dataset.Info.Fps, found.ToImmutable());
    }

    internal ImmutableArray<RecordedCommand> Episode(string instruction, ulong number)
    {
        if (!_episodes.TryGetValue(instruction, out var episodes))
            throw new InvalidObservationException("instruction", $"no recorded episode of '{instruction}' was read");
        return episodes[(int)(number % (ulong)episodes.Length)];
    }

    private static RecordedCommand Command(SerialChain chain, ImmutableArray<float> state, ImmutableArray<float> action)
    {
        var joints = JointVector.Zero(state.Length);
        for (var j = 0; j < state.Length; j++) joints[j] = state[j];
        var delta = new PoseDelta(new(action[0], action[1], action[2]), new(action[3], action[4], action[5]));
        return new(delta.From(chain.Tool(joints)), action[ActionLayout.PoseNumbers]);
    }
}
