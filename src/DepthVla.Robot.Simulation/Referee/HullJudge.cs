using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>Judges where commands put an arm's capsules. The nearest points are searched for, by thirds: slow, plain, and never too near.</summary>
internal sealed class HullJudge(RobotDescription robot)
{
    // (2/3)^90 of a segment, less than 1e-15 m.
    private const int Thirds = 90;

    private readonly SerialChain _chain = new(robot);
    private readonly Pose[] _frames = new Pose[robot.Chain.Length];
    private readonly (Vector3d From, Vector3d To)[] _placed = new (Vector3d, Vector3d)[robot.Capsules.Length];

    /// <summary>Notes every capsule that a command put into a keep-out box, and every pair that it put too near to each other.</summary>
    public void Judge(in PhysicsSample sample, Tally found)
    {
        var capsules = robot.Capsules;
        if (capsules.IsEmpty) return;
        _chain.Frames(sample.Commanded, _frames);
        for (var i = 0; i < capsules.Length; i++) _placed[i] = (Place(capsules[i].Link, capsules[i].From), Place(capsules[i].Link, capsules[i].To));

        foreach (var box in robot.KeepOut)
        {
            for (var i = 0; i < capsules.Length; i++)
            {
                if (capsules[i].Link == LinkCapsule.Base) continue;
                var inside = capsules[i].Radius - ToBox(_placed[i], box.Box, capsules[i].Radius);
                if (inside > 0) found.Add(ViolationKind.CommandKeepOut, $"{capsules[i].Name} in {box.Name}", sample.TimeNs, inside, 0, inside);
            }
        }

        foreach (var (first, second, distance) in robot.Apart)
        {
            var least = capsules[first].Radius + capsules[second].Radius + distance;
            var near = least - ToEachOther(_placed[first], _placed[second], least);
            if (near > 0) found.Add(ViolationKind.CommandSelfDistance, $"{capsules[first].Name} to {capsules[second].Name}", sample.TimeNs, distance - near, distance, near);
        }
    }

    private Vector3d Place(int link, Vector3d point) => link == LinkCapsule.Base ? point : _frames[link].Position + (_frames[link].Rotation * point);

    // Where even a ball around the segment is farther than is asked for, that will do.
    private static double ToBox((Vector3d From, Vector3d To) segment, WorkspaceBox box, double enough)
    {
        var ball = ToBox(At(segment, 0.5), box) - ((segment.To - segment.From).Length() / 2);
        return ball > enough ? ball : Least((segment, box), static (s, t) => ToBox(At(s.segment, t), s.box));
    }

    private static double ToEachOther((Vector3d From, Vector3d To) one, (Vector3d From, Vector3d To) other, double enough)
    {
        var balls = (At(one, 0.5) - At(other, 0.5)).Length() - (((one.To - one.From).Length() + (other.To - other.From).Length()) / 2);
        return balls > enough ? balls : Least((one, other), static (s, t) => ToSegment(At(s.one, t), s.other));
    }

    private static double ToBox(Vector3d p, in WorkspaceBox box) => (p - box.Nearest(p)).Length();

    private static double ToSegment(Vector3d p, (Vector3d From, Vector3d To) segment)
    {
        var way = segment.To - segment.From;
        var square = way.Dot(way);
        return (p - At(segment, square > 0 ? Math.Clamp((p - segment.From).Dot(way) / square, 0, 1) : 0)).Length();
    }

    // Distances to convex sets are convex along a segment.
    private static double Least<T>(T state, Func<T, double, double> distance)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Thirds; i++)
        {
            var (left, right) = (low + ((high - low) / 3), high - ((high - low) / 3));
            if (distance(state, left) < distance(state, right)) high = right;
            else low = left;
        }

        return distance(state, (low + high) / 2);
    }

    private static Vector3d At((Vector3d From, Vector3d To) segment, double t) => segment.From + ((segment.To - segment.From) * t);
}
