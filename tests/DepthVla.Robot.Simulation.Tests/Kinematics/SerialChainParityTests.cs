using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Kinematics;

/// <summary>The chain of the description, followed by hand, against MuJoCo's own kinematics of the model.</summary>
public sealed class SerialChainParityTests
{
    // Both sum a handful of products of numbers below 1 m: a thousand times double's rounding.
    private const double Tolerance = 1e-12;

    [Fact]
    public void Tool_RandomPoses_IsWhereMuJoCoHasIt()
    {
        using var model = MjModel.Load(TabletopModels.Read(TabletopScene.Blocks));
        using var data = new MjData(model);
        var servo = new ArmServo(data);
        var (chain, site, random) = (new SerialChain(Wx250s.Description), model.Site("tcp"), new Random(11));
        for (var i = 0; i < 1000; i++)
        {
            var joints = RandomJoints(random);
            servo.Place(joints);
            data.UpdatePoses();
            var tool = chain.Tool(joints);

            Same(data.SitePosition(site), [tool.Position.X, tool.Position.Y, tool.Position.Z]);
            var (x, y, z) = (tool.Rotation.X, tool.Rotation.Y, tool.Rotation.Z);
            Same(data.SiteMatrix(site), [x.X, y.X, z.X, x.Y, y.Y, z.Y, x.Z, y.Z, z.Z]);
        }
    }

    [Fact]
    public void Jacobian_RandomPoses_IsTheSlopeOfTheTool()
    {
        const double step = 1e-6;
        var (chain, random) = (new SerialChain(Wx250s.Description), new Random(12));
        Span<Vector3d> linear = stackalloc Vector3d[6], angular = stackalloc Vector3d[6];
        for (var i = 0; i < 100; i++)
        {
            var joints = RandomJoints(random);
            chain.Jacobian(joints, linear, angular);
            for (var j = 0; j < 6; j++)
            {
                var (less, more) = (joints, joints);
                less[j] -= step;
                more[j] += step;
                var (from, to) = (chain.Tool(less), chain.Tool(more));
                Assert.Equal(0, (linear[j] - ((to.Position - from.Position) * (0.5 / step))).Length(), 1e-8);
                Assert.Equal(0, (angular[j] - (from.Rotation.To(to.Rotation) * (0.5 / step))).Length(), 1e-8);
            }
        }
    }

    [Fact]
    public void Limits_OfEveryJoint_AreTheModels()
    {
        using var model = MjModel.Load(TabletopModels.Read(TabletopScene.Blocks));
        foreach (var joint in Wx250s.Description.Joints)
        {
            var (min, max) = model.Range(model.Joint(joint.IsGripper ? "left_finger" : joint.Name));
            Assert.Equal((min, max), (joint.MinPosition, joint.MaxPosition));
        }
    }

    private static void Same(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance);
    }

    private static JointVector RandomJoints(Random random)
    {
        var joints = Wx250s.Home;
        for (var j = 0; j < joints.Count; j++)
        {
            var spec = Wx250s.Description.Joints[j];
            joints[j] = spec.MinPosition + ((spec.MaxPosition - spec.MinPosition) * random.NextDouble());
        }
        return joints;
    }
}
