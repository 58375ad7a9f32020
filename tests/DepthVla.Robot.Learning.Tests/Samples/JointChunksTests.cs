using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Tests.Samples;

public sealed class JointChunksTests
{
    [Fact]
    public void Of_ExpertsChunk_PutsTheToolWhereThePosesSayAPeriodLater()
    {
        using var physics = new TabletopPhysics();
        var chain = new SerialChain(Wx250s.Description);
        var errors = new List<double>();
        for (var seed = 0; seed < 20; seed++)
        {
            physics.Reset(TabletopScene.Blocks, seed);
            var plan = new ToolCommand[8];
            ScriptedExpert.Plan(TaskState.Of(physics, TabletopTask.Named("pick-red")), plan);
            var poses = new float[8 * 7];
            for (var i = 0; i < 8; i++) TabletopLabels.Write(plan[i], physics.Tool, poses.AsSpan(i * 7, 7));
            float[] state = [.. physics.Measure(0).Positions.ToArray().Select(v => (float)v)];

            var joints = JointChunks.Of(poses, state);

            Assert.Equal(state[..6], joints[..6]);
            for (var i = 1; i < 8; i++)
            {
                var position = JointVector.From([.. joints.AsSpan(i * 7, 7).ToArray().Select(v => (double)v)]);
                errors.Add((chain.Tool(position).Position - plan[i - 1].Tool).Length());
            }

            // A plan's gripper sets out at its step's time, the tool arrives then.
            for (var i = 0; i < 8; i++) Assert.Equal(plan[i].Gripper, joints[i * 7 + 6], 1e-6);
        }

        // Where a joint would have to be faster than it may, the tool catches up over the next steps.
        Assert.InRange(errors.Count(error => error < 5e-4), 0.95 * errors.Count, errors.Count);
        Assert.InRange(errors.Max(), 0, 0.01);
    }
}
