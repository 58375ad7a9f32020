using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.OpenLoop;

/// <summary>What a policy should have answered at a recorded frame: the expert's chunk where it was kept, else what was done next.</summary>
internal sealed class RecordedChunks(PolicyInfo policy)
{
    private readonly SerialChain _chain = new(Wx250s.Description);

    /// <summary>[horizon · dims] in the policy's representation; null where the recording does not say.</summary>
    internal float[]? At(Episode episode, int frame)
    {
        var recorded = episode.Frames[frame];
        if (recorded.Labels.ContainsKey(TabletopLabels.Chunks)) return OfExpert(recorded, recorded.Instruction ?? episode.Instruction);
        return policy.Actions == ActionRepresentation.ToolPoseDelta ? NextPoses(episode, frame) : NextActions(episode, frame);
    }

    /// <summary>The chunk of staying where the arm is.</summary>
    internal float[] Still(EpisodeFrame frame)
    {
        var isPose = policy.Actions == ActionRepresentation.ToolPoseDelta;
        float[] step = isPose ? [.. Enumerable.Repeat(0f, ActionLayout.PoseNumbers), frame.State[^1]] : [.. frame.State];
        return [.. Enumerable.Repeat(step, policy.Horizon).SelectMany(numbers => numbers)];
    }

    private float[]? OfExpert(EpisodeFrame frame, string instruction)
    {
        var (chunks, applies) = (frame.Labels[TabletopLabels.Chunks], frame.Labels[TabletopLabels.Applies]);
        var task = Enumerable.Range(0, applies.Length).FirstOrDefault(t => applies[t] > 0 && TabletopTask.All[t].Instruction == instruction, -1);
        var size = chunks.Length / applies.Length;
        var wanted = policy.Horizon * policy.Dims;
        return task < 0 || size < wanted || policy.Dims != TabletopLabels.Dims ? null : [.. chunks.AsSpan(task * size, wanted)];
    }

    private float[] NextActions(Episode episode, int frame) => [.. Steps(episode, frame).SelectMany(next => next.Action)];

    // A recorded pose is relative to the tool of its own frame, one of a chunk to that of the chunk's first.
    private float[] NextPoses(Episode episode, int frame)
    {
        var (tool, chunk) = (Tool(episode.Frames[frame]), new float[policy.Horizon * policy.Dims]);
        var i = 0;
        foreach (var next in Steps(episode, frame))
        {
            var a = next.Action;
            var pose = new PoseDelta(new(a[0], a[1], a[2]), new(a[3], a[4], a[5])).From(Tool(next));
            ToolPoseNumbers.Write(PoseDelta.Between(tool, pose), a[ActionLayout.PoseNumbers], chunk.AsSpan(policy.Dims * i++, policy.Dims));
        }

        return chunk;
    }

    private IEnumerable<EpisodeFrame> Steps(Episode episode, int frame) =>
        Enumerable.Range(frame, policy.Horizon).Select(i => episode.Frames[Math.Min(i, episode.Frames.Length - 1)]);

    private Pose Tool(EpisodeFrame frame)
    {
        var joints = JointVector.Zero(frame.State.Length);
        for (var j = 0; j < frame.State.Length; j++) joints[j] = frame.State[j];
        return _chain.Tool(joints);
    }
}
