using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>A moment of some episode: where everything is.</summary>
internal sealed record TabletopSnapshot(ImmutableArray<PlacedObject> Objects, JointVector Arm, TabletopObject? Held);

/// <summary>Draws random moments of episodes; see <see cref="TabletopPhysics.Teleport"/>.</summary>
internal sealed class TabletopSnapshots(TabletopScene scene, Random random)
{
    private const double Near = 0.40, Holding = 0.30, Released = 0.12;
    private const double LayoutSlack = 0.01;
    private const double PalmHeight = 0.05; // of the hand's lowest part behind the fingers, over the tool
    private const int Tries = 50;

    private readonly TabletopTask[] _placeTasks = [.. scene.Tasks.Where(task => task.Kind == TaskKind.Place)];
    private readonly TabletopObject[] _things = [.. scene.Objects.Where(item => !item.IsSupport)];
    private readonly TabletopObject[] _graspable = [.. scene.Objects.Where(item => item.Grasp is not null)];

    /// <summary>The next moment.</summary>
    public TabletopSnapshot Next()
    {
        var kind = random.NextDouble();
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var table = TabletopLayout.Random(scene, random, LayoutSlack);
            var draw =
                kind < Near ? NearSomething(table) :
                kind < Near + Holding ? HoldingSomething(table) :
                kind < Near + Holding + Released && _placeTasks.Length > 0 ? SomethingReleased(table) : new(table, Anywhere(), null);
            if (IsFree(draw) && draw.Tool.Joints(Tilt(draw.Tool)) is { } arm) return new(draw.Table, arm, draw.Held);
        }
        return new(TabletopLayout.Random(scene, random), Wx250s.Home, null);
    }

    private ToolDraw Anywhere() =>
        new(random.Between(0.17, 0.39), random.Around(0.18), random.Between(0.03, 0.21 + scene.StartLift), random.Around(0.65), Gripper(Wx250s.GripperClosed));

    // A policy does not hold the hand as straight as the expert. Low over the table there is no room for much.
    private Vector3d Tilt(in ToolDraw tool)
    {
        var most = !random.Chance(0.5) ? 0.01 : tool.Z > 0.06 ? 0.10 : 0.03;
        return new(random.Around(most), random.Around(most), 0);
    }

    // Wide open as a rule, sometimes on the way to or from this width.
    private double Gripper(double closing) => random.Chance(0.12) ? random.Between(closing, Wx250s.GripperOpen) : random.Between(0.0355, Wx250s.GripperOpen);

    private Draw NearSomething(ImmutableArray<PlacedObject> table)
    {
        var choice = random.Chance(0.75) ? _graspable : _things;
        var item = choice[random.Next(choice.Length)];
        var place = table.First(other => other.Object == item);
        if (place.Object.Grasp is { } grasp) return new(table, random.Chance(0.35) ? AboutToGrip(place, grasp) : CloseTo(place, grasp), null);

        var above = place.Top + 0.02 + random.Between(0, 0.09);
        return new(table, new(place.X + random.Around(0.05), place.Y + random.Around(0.05), above, random.Around(0.65), Gripper(Wx250s.GripperClosed)), null);
    }

    private ToolDraw CloseTo(in PlacedObject place, Grasp grasp)
    {
        var spread = random.Chance(0.5) ? 0.012 : 0.05;
        var height = random.Chance(0.4) ? random.Between(0, 0.012) : random.Between(0, 0.09);
        var yaw = random.Chance(0.5) ? Turns.Nearest(place.Yaw, grasp.Symmetry) + random.Around(0.15) : random.Around(0.65);
        var point = place.Along(grasp.Along);
        return new(point.X + random.Around(spread), point.Y + random.Around(spread), grasp.ToolHeight(place.Z) + height, yaw, Gripper(grasp.Gripper));
    }

    // The moments that decide are short, so chance alone would hardly show them: this one, and that of letting go.
    private ToolDraw AboutToGrip(in PlacedObject place, Grasp grasp)
    {
        var (point, spread) = (place.Along(grasp.Along), random.Chance(0.5) ? 0.003 : 0.006);
        var gripper = random.Chance(0.35) ? random.Between(grasp.Gripper + 0.002, Wx250s.GripperOpen) : Gripper(grasp.Gripper);
        return new(
            point.X + random.Around(spread), point.Y + random.Around(spread), grasp.ToolHeight(place.Z) + random.Between(0, spread),
            Turns.Nearest(place.Yaw, grasp.Symmetry) + random.Around(0.12), gripper);
    }

    private Draw HoldingSomething(ImmutableArray<PlacedObject> table)
    {
        var (choice, goal) = HeldAndGoal();
        var held = table.First(place => place.Object == choice).Object; // in its size
        var grasp = held.Grasp!;
        var gripper = grasp.Gripper + random.Around(0.0003);
        var low = grasp.ToolHeight(held.Height);
        var tool = held.Support is { } support && random.Chance(0.8)
            ? JustLifted(table.First(place => place.Object == support), held) with { Gripper = gripper }
            : goal is null
            ? Anywhere() with { Z = low + (random.Chance(0.35) ? random.Between(0, 0.02) : random.Between(0, 0.19)), Gripper = gripper }
            : Above(table.First(place => place.Object == goal), held, random.Chance(0.4)) with { Gripper = gripper };
        return new(Hold(table, held, tool), tool, held);
    }

    // Above the goal of a task as a rule, now and then above anything else that something can be put on, or nowhere in particular.
    private (TabletopObject Held, TabletopObject? Goal) HeldAndGoal()
    {
        if (_placeTasks.Length > 0 && random.Chance(0.5))
        {
            var task = _placeTasks[random.Next(_placeTasks.Length)];
            return (task.Object, task.Goal);
        }

        var held = _graspable[random.Next(_graspable.Length)];
        TabletopObject[] others = [.. scene.Objects.Where(item => item != held && item.Surface is not null)];
        return (held, others.Length > 0 && random.Chance(0.3) ? others[random.Next(others.Length)] : null);
    }

    // On what it stood on or straight above.
    private ToolDraw JustLifted(in PlacedObject support, TabletopObject held)
    {
        var height = random.Chance(0.35) ? random.Between(0, 0.015) : random.Between(0, 0.12);
        return new(
            support.X + random.Around(0.006), support.Y + random.Around(0.006), held.Grasp!.ToolHeight(support.Z + held.Height) + height,
            Turns.Nearest(support.Yaw, held.Grasp.Symmetry) + random.Around(0.12), Wx250s.GripperOpen);
    }

    private ToolDraw Above(in PlacedObject goal, TabletopObject held, bool aboutToLetGo)
    {
        var surface = goal.Object.Surface!;
        var yaw = surface.Symmetry is { } symmetry && (aboutToLetGo || random.Chance(0.5))
            ? Turns.Nearest(goal.Yaw + random.Around(0.15), symmetry) : random.Around(0.65);
        var height = aboutToLetGo || random.Chance(0.3) ? random.Between(-0.002, 0.006) : random.Between(0, 0.08);
        var spread = aboutToLetGo ? 0.004 + (0.1 * surface.Tolerance) : random.Chance(0.4) ? 0.012 : 0.04;
        var (sin, cos) = Math.SinCos(yaw);
        var back = held.Grasp!.Along - held.Middle; // from the object's middle, which goes to the goal, to where it is held
        return new(
            goal.X + (back * cos) + random.Around(spread), goal.Y + (back * sin) + random.Around(spread),
            surface.ReleaseHeight(goal.Z, held) + height, yaw, Wx250s.GripperOpen);
    }

    private ImmutableArray<PlacedObject> Hold(ImmutableArray<PlacedObject> table, TabletopObject held, in ToolDraw tool)
    {
        var grasp = held.Grasp!;
        var yaw = tool.Yaw + random.Around(0.04);
        var (sin, cos) = Math.SinCos(yaw);
        var along = grasp.Along + random.Around(0.005);
        var place = new PlacedObject(held, tool.X - (along * cos) + random.Around(0.0005), tool.Y - (along * sin) + random.Around(0.0005), yaw)
        {
            Z = Math.Max(held.Height, tool.Z - grasp.Height + random.Around(0.003)),
        };
        return Replace(table, place);
    }

    private Draw SomethingReleased(ImmutableArray<PlacedObject> table)
    {
        var task = _placeTasks[random.Next(_placeTasks.Length)];
        var (item, grasp) = (task.Object, task.Object.Grasp!);
        var goal = table.First(place => place.Object == task.Goal);
        var surface = goal.Object.Surface!;
        var yaw = surface.Symmetry is { } symmetry ? Turns.Nearest(goal.Yaw + random.Around(0.1), symmetry) : random.Around(0.6);
        var off = 0.5 * surface.Tolerance;
        var (sin, cos) = Math.SinCos(yaw);
        var place = new PlacedObject(
            item, goal.X - (item.Middle * cos) + random.Around(off), goal.Y - (item.Middle * sin) + random.Around(off), yaw)
        {
            Z = goal.Z + surface.Height + item.Height,
        };
        var point = place.Along(grasp.Along);
        var height = Math.Max(grasp.ToolHeight(place.Z), surface.ReleaseHeight(goal.Z, item) - 0.004);
        var tool = random.Chance(0.85)
            ? new ToolDraw(
                point.X + random.Around(0.006), point.Y + random.Around(0.006),
                height + (random.Chance(0.5) ? random.Between(0, 0.012) : random.Between(0, 0.10)), yaw + random.Around(0.08),
                random.Chance(0.4) ? random.Between(grasp.Gripper + 0.0025, Wx250s.GripperOpen) : Wx250s.GripperOpen)
            : Anywhere();
        return new(Replace(table, place), tool, null);
    }

    private static ImmutableArray<PlacedObject> Replace(ImmutableArray<PlacedObject> table, PlacedObject place) =>
        [.. table.Select(other => other.Object == place.Object ? place : other)];

    // Neither a pad nor the palm nor the held object inside something else.
    private static bool IsFree(in Draw draw)
    {
        var (left, right) = draw.Tool.Pads();
        var palm = draw.Tool.Palm();
        var tips = draw.Tool.Z - Wx250s.FingerReach;
        foreach (var place in draw.Table)
        {
            if (place.Object == draw.Held) continue;
            if (draw.Tool.Z + PalmHeight < place.Top && palm.IsWithin(0, place.Footprint)) return false;
            if (tips < place.Top && (left.IsWithin(0, place.Footprint) || right.IsWithin(0, place.Footprint))) return false;
            foreach (var held in draw.Table)
                if (held.Object == draw.Held && held.Bottom < place.Top - 0.004 && held.Footprint.IsWithin(0, place.Footprint)) return false;
        }
        return true;
    }

    private readonly record struct Draw(ImmutableArray<PlacedObject> Table, ToolDraw Tool, TabletopObject? Held);

    private readonly record struct ToolDraw(double X, double Y, double Z, double Yaw, double Gripper)
    {
        public JointVector? Joints(in Vector3d tilt) => ArmPoses.At(new(X, Y, Z), Yaw, Gripper, tilt);

        public (Footprint Left, Footprint Right) Pads()
        {
            var (sin, cos) = Math.SinCos(Yaw);
            var off = Gripper - 0.008; // from the tool's middle to the middle of a pad
            return (Pad(-off * sin, off * cos), Pad(off * sin, -off * cos));
        }

        public Footprint Palm() => new(X, Y, Yaw, 0.030, 0.038);

        private Footprint Pad(double x, double y) => new(X + x, Y + y, Yaw, 0.010, 0.004);
    }
}
