using System.Globalization;
using System.Xml.Linq;
using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Arms;

/// <summary>The capsules of the description against the bodies of the simulated arm.</summary>
public sealed class Wx250sHullTests
{
    private static readonly string[] Bodies = ["shoulder_link", "upper_arm_link", "upper_forearm_link", "lower_forearm_link", "wrist_link", "gripper_link"];

    /// <summary>The limiter's kinematics of every capsule end, and the referee's, against MuJoCo's of the body it is fixed to.</summary>
    [Fact]
    public void CapsuleEnds_RandomPoses_AreWhereMuJoCoHasThem()
    {
        using var model = MjModel.Load(TabletopModels.Read(TabletopScene.Blocks));
        using var data = new MjData(model);
        var (servo, frames, chain, random) = (new ArmServo(data), new LinkFrames(Wx250s.Description.Chain), new SerialChain(Wx250s.Description), new Random(21));
        var poses = new Pose[Wx250s.Description.Chain.Length];
        for (var i = 0; i < 500; i++)
        {
            var joints = JointVector.From([.. Wx250s.Description.Joints.Select(j => j.MinPosition + ((j.MaxPosition - j.MinPosition) * random.NextDouble()))]);
            servo.Place(joints);
            data.UpdatePoses();
            frames.Place(joints);
            chain.Frames(joints, poses);
            foreach (var capsule in Wx250s.Description.Capsules.Where(c => c.Link != LinkCapsule.Base))
            {
                var body = model.Body(Bodies[capsule.Link]);
                double[] at = data.BodyPosition(body).ToArray(), turned = data.BodyMatrix(body).ToArray();
                foreach (var end in (Vector3d[])[capsule.From, capsule.To])
                {
                    double Row(int r) => at[r] + (turned[3 * r] * end.X) + (turned[(3 * r) + 1] * end.Y) + (turned[(3 * r) + 2] * end.Z);
                    var expected = new Vector3d(Row(0), Row(1), Row(2));
                    Assert.InRange((frames.Point(capsule.Link, end) - expected).Length(), 0, 1e-12);
                    Assert.InRange((poses[capsule.Link].Position + (poses[capsule.Link].Rotation * end) - expected).Length(), 0, 1e-12);
                }
            }
        }
    }

    /// <summary>Whatever the simulated arm shows or touches, with fingers closed and open, lies within capsules of the same link.</summary>
    [Fact]
    public void Capsules_EncloseEveryBodyOfTheArm()
    {
        var table = XDocument.Parse(TabletopModels.Read(TabletopScene.Blocks));
        var bodies = table.Descendants("body").ToDictionary(body => (string)body.Attribute("name")!);
        var (geoms, least) = (0, double.PositiveInfinity);
        void Check(string body, int link, Vector3d shift)
        {
            foreach (var geom in bodies[body].Elements("geom"))
            {
                geoms++;
                foreach (var point in Surface(geom))
                {
                    var depth = Wx250s.Description.Capsules.Where(c => c.Link == link).Max(c => c.Radius - ToSegment(point + shift, c.From, c.To));
                    Assert.True(depth >= 0, $"{geom} of {body}: {point + shift} is {-depth} m outside");
                    least = Math.Min(least, depth);
                }
            }
        }

        Check("base", LinkCapsule.Base, default);
        for (var link = 0; link < Bodies.Length; link++) Check(Bodies[link], link, default);
        foreach (var finger in (double[])[Wx250s.GripperClosed, Wx250s.GripperOpen])
        {
            Check("left_finger", 5, new(0.066, finger, 0));
            Check("right_finger", 5, new(0.066, -finger, 0));
        }

        Assert.True(geoms > 20, $"{geoms} geoms are not the whole arm");
        Assert.InRange(least, 0, 0.01);
    }

    /// <summary>Where episodes begin, at rest and held there.</summary>
    [Fact]
    public void Start_OfAThousandEpisodes_IsClearOfTableAndArm()
    {
        var judge = new HullJudge(Wx250s.Description);
        for (var seed = 0; seed < 1000; seed++)
        {
            var found = new Tally();
            var start = ArmPoses.Start(new Random(seed), lift: seed % 2 * 0.05);
            judge.Judge(new PhysicsSample { TimeNs = 0, Episode = 0, CommandNumber = 1, Commanded = start, Positions = start, Velocities = start, Tool = default }, found);
            Assert.Empty(found.InOrder());
        }
    }

    [Fact]
    public void Apart_NamesLinksThatCanMeet()
    {
        Assert.Equal(20, Wx250s.Description.Apart.Length);
        Assert.All(Wx250s.Description.Apart, pair => Assert.True(
            Wx250s.Description.Capsules[pair.Second].Link - Wx250s.Description.Capsules[pair.First].Link >= 2, $"{pair} are neighbours"));
    }

    private static IEnumerable<Vector3d> Surface(XElement geom)
    {
        var size = Numbers(geom, "size");
        var kind = (string?)geom.Attribute("type") ?? "box";   // that of the pads' class
        if (Numbers(geom, "fromto") is { Length: 6 } f)
        {
            var (from, to) = (new Vector3d(f[0], f[1], f[2]), new Vector3d(f[3], f[4], f[5]));
            return Around(from, to, size[0], round: kind == "capsule");
        }

        var at = Numbers(geom, "pos") is { Length: 3 } p ? new Vector3d(p[0], p[1], p[2]) : default;
        return kind switch
        {
            "box" => from x in Steps() from y in Steps() from z in Steps() select at + new Vector3d(x * size[0], y * size[1], z * size[2]),
            "cylinder" => Around(at - new Vector3d(0, 0, size[1]), at + new Vector3d(0, 0, size[1]), size[0], round: false),
            _ => throw new NotSupportedException($"{geom}"),
        };
    }

    private static IEnumerable<Vector3d> Around(Vector3d start, Vector3d end, double radius, bool round)
    {
        var along = (end - start) * (1 / (end - start).Length());
        var side = along.Cross(Math.Abs(along.X) < 0.5 ? new(1, 0, 0) : new(0, 1, 0));
        side = side * (1 / side.Length());
        var up = along.Cross(side);
        return from t in Steps() from angle in Enumerable.Range(0, 24).Select(i => i * Math.Tau / 24)
               from cap in round && Math.Abs(t) >= 1 ? (double[])[0, 0.5, 1] : [0]
               let outward = (side * Math.Cos(angle)) + (up * Math.Sin(angle))
               select ((start + end) * 0.5) + ((end - start) * (t / 2)) + (along * (cap * radius * t)) + (outward * (radius * Math.Sqrt(1 - (cap * cap))));
    }

    private static IEnumerable<double> Steps() => Enumerable.Range(-4, 9).Select(i => i / 4.0);

    private static double ToSegment(Vector3d p, Vector3d from, Vector3d to)
    {
        var way = to - from;
        return (p - from - (way * Math.Clamp((p - from).Dot(way) / way.Dot(way), 0, 1))).Length();
    }

    private static double[] Numbers(XElement element, string attribute) =>
        [.. ((string?)element.Attribute(attribute) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
}
