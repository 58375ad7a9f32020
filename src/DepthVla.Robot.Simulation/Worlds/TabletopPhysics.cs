using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>The table, its objects and the arm, stepped by hand: the same seed and commands give the same movement, bit for bit.</summary>
/// <remarks>Owned by one thread. A step allocates nothing.</remarks>
public sealed class TabletopPhysics : IDisposable
{
    /// <summary>The time a step takes in the world, ns.</summary>
    public const long StepNs = 2_000_000;

    /// <summary>The largest picture of a camera, px: the offscreen buffer in the model.</summary>
    public const int MaxImageWidth = 640, MaxImageHeight = 480;

    private const int SettleSteps = 150;

    private readonly MjData _data;
    private readonly ArmServo _servo;
    private readonly int _tool;
    private double _lastTime;

    /// <summary>Loads the world and lays it out for seed 0.</summary>
    /// <exception cref="SimulatorUnavailableException">MuJoCo is missing, or its version is not supported.</exception>
    public TabletopPhysics()
        : this(ReadScene())
    {
    }

    internal TabletopPhysics(string scene)
    {
        Model = MjModel.Load(scene);
        if (Model.TimeStep * 1e9 != StepNs || Model.PositionCount > SceneState.Capacity)
            throw new FormatException($"The scene needs a time step of {StepNs} ns and at most {SceneState.Capacity} positions.");
        _data = new MjData(Model);
        _servo = new ArmServo(_data);
        _tool = Model.Site("tcp");
        Reset(0);
    }

    /// <summary>The names of the cameras.</summary>
    public static ImmutableArray<string> Cameras { get; } = ["primary", "wrist", "side"];

    /// <summary>Steps since the last reset.</summary>
    public long Steps { get; private set; }

    /// <summary>The arm's tool point, base frame.</summary>
    public Pose Tool => new(ToVector(_data.SitePosition(_tool)), ToRotation(_data.SiteMatrix(_tool)));

    internal MjModel Model { get; }

    internal static string ReadScene()
    {
        using var reader = new StreamReader(typeof(TabletopPhysics).Assembly.GetManifestResourceStream("tabletop.xml")!);
        return reader.ReadToEnd();
    }

    /// <summary>Puts the arm at <see cref="Wx250s.Home"/> and lays the objects out anew; they have come to rest when this returns.</summary>
    public void Reset(int seed)
    {
        _data.Reset();
        _servo.Place(Wx250s.Home);
        PlaceObjects(seed);
        for (var i = 0; i < SettleSteps; i++) Step(Wx250s.Home);
        Steps = 0;
    }

    /// <summary>Lays the objects out anew and leaves the arm as it is; it should be raised.</summary>
    public void PlaceObjects(int seed)
    {
        foreach (var place in TabletopLayout.Random(seed)) Place(place);
        _data.Update();
        _lastTime = _data.Time;
    }

    /// <summary>Moves the world on by <see cref="StepNs"/> while the arm goes for <paramref name="goal"/>.</summary>
    /// <param name="goal">Joint positions, rad or m; positions beyond the hardware's range are taken as its ends.</param>
    /// <exception cref="ArgumentException">The goal is not a finite number for every joint.</exception>
    /// <exception cref="InvalidOperationException">The simulation has diverged; reset it.</exception>
    public void Step(in JointVector goal)
    {
        if (!Accepts(goal)) throw new ArgumentException($"A goal is {Wx250s.Description.Joints.Length} finite numbers, one a joint; this one is {goal}.", nameof(goal));
        _servo.Drive(goal);
        _data.Integrate();
        _data.Update();

        // MuJoCo answers a divergence by starting the world over in silence.
        if (!(_data.Time > _lastTime)) throw new InvalidOperationException("The simulation diverged and was started over by MuJoCo; reset the world.");
        _lastTime = _data.Time;
        Steps++;
    }

    /// <summary>Whether <see cref="Step"/> takes this goal.</summary>
    public static bool Accepts(in JointVector goal) => goal.Count == Wx250s.Description.Joints.Length && goal.IsFinite;

    /// <summary>What the arm measures, stamped with <paramref name="timeNs"/>.</summary>
    public JointState Measure(long timeNs) => _servo.Measure(timeNs);

    /// <summary>Where an object is, such as "block_red", "plate" or "towel": its origin, base frame.</summary>
    /// <exception cref="ArgumentException">There is no such object.</exception>
    public Pose PoseOf(string name)
    {
        var body = Model.Body(name);
        return new(ToVector(_data.BodyPosition(body)), ToRotation(_data.BodyMatrix(body)));
    }

    /// <summary>Where a camera is and what it frames.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    public CameraView Camera(string name)
    {
        var camera = Model.Camera(name);
        var pose = new Pose(ToVector(_data.CameraPosition(camera)), ToRotation(_data.CameraMatrix(camera)));
        return new(pose, double.DegreesToRadians(Model.FieldOfView(camera)));
    }

    /// <summary>A copy of all positions, for drawing; stamped with <paramref name="timeNs"/>.</summary>
    public SceneState Scene(long timeNs) => SceneState.Of(_data, timeNs);

    /// <inheritdoc/>
    public void Dispose()
    {
        _data.Dispose();
        Model.Dispose();
    }

    private void Place(in PlacedObject place)
    {
        var joint = Model.FirstJoint(Model.Body(place.Object.Name));
        var positions = _data.Positions[Model.PositionAddress(joint)..];
        var velocities = _data.Velocities[Model.VelocityAddress(joint)..];
        if (place.Object.Name == "towel")
        {
            (positions[0], positions[1], positions[2]) = (place.X, place.Y, place.Yaw);
            velocities[..3].Clear();
            return;
        }

        var (sin, cos) = Math.SinCos(place.Yaw / 2);
        (positions[0], positions[1], positions[2]) = (place.X, place.Y, place.Object.Height);
        (positions[3], positions[4], positions[5], positions[6]) = (cos, 0, 0, sin);
        velocities[..6].Clear();
    }

    private static Vector3d ToVector(ReadOnlySpan<double> v) => new(v[0], v[1], v[2]);

    // MuJoCo writes matrices row by row; the axes are the columns.
    private static RotationMatrix ToRotation(ReadOnlySpan<double> m) => new(new(m[0], m[3], m[6]), new(m[1], m[4], m[7]), new(m[2], m[5], m[8]));
}
