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
    private readonly ObjectPlaces _places;
    private readonly int _tool, _lampX, _lampY;
    private double _lastTime, _brightness;

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
        _places = new ObjectPlaces(_data);
        _tool = Model.Site("tcp");
        (_lampX, _lampY) = (Model.PositionAddress(Model.Joint("lamp_x")), Model.PositionAddress(Model.Joint("lamp_y")));
        Reset(0);
    }

    /// <summary>The names of the cameras.</summary>
    public static ImmutableArray<string> Cameras { get; } = ["primary", "wrist", "side"];

    /// <summary>What lies on the table.</summary>
    public TabletopScene Table { get; private set; } = TabletopScene.Blocks;

    /// <summary>Where the arm was put at the last reset or snapshot; rad and m.</summary>
    public JointVector Start { get; private set; }

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

    /// <summary>Puts the arm at <see cref="Wx250s.Home"/> and lays out the blocks and the plate, plainly lit.</summary>
    /// <remarks>The objects have come to rest when this returns.</remarks>
    public void Reset(int seed) =>
        Begin(TabletopScene.Blocks, TabletopLayout.Random(TabletopScene.Blocks, seed), Wx250s.Home, TabletopLight.Plain);

    /// <summary>Lays out a scene, the arm and the light at random; the objects have come to rest when this returns.</summary>
    /// <remarks>The same scene and seed give the same world, bit for bit.</remarks>
    public void Reset(TabletopScene scene, int seed)
    {
        var random = new Random(seed);
        var layout = TabletopLayout.Random(scene, random);
        Begin(scene, layout, ArmPoses.Start(random), TabletopLight.Random(random));
    }

    /// <summary>Lays the objects out anew and leaves the arm as it is; it should be raised.</summary>
    public void PlaceObjects(TabletopScene scene, int seed)
    {
        Lay(scene, TabletopLayout.Random(scene, seed));
        _lastTime = _data.Time;
    }

    /// <summary>A random moment of some episode, without the movement that would lead there: to train on, or to test labels.</summary>
    /// <remarks>
    /// The tool is near an object or a goal in 40 % of them, holds an object in 30 %, has just let one go on its goal in 12 % and is anywhere in
    /// the rest; the gripper is now and then half closed. Objects lie and turn a little beyond where a reset puts them. Moments in which the
    /// gripper is about to close or to open are more frequent than in an episode.
    /// </remarks>
    /// <returns>The object in the gripper, if any.</returns>
    public TabletopObject? Teleport(TabletopScene scene, int seed)
    {
        var random = new Random(seed);
        var snapshot = new TabletopSnapshots(scene, random).Next();
        Put(scene, snapshot.Objects, snapshot.Arm, TabletopLight.Random(random));
        return snapshot.Held;
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

    /// <summary>How fast an object's origin moves, m/s.</summary>
    public double SpeedOf(TabletopObject item) => _places.SpeedOf(item);

    /// <summary>Where a camera is and what it frames.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    public CameraView Camera(string name)
    {
        var camera = Model.Camera(name);
        var pose = new Pose(ToVector(_data.CameraPosition(camera)), ToRotation(_data.CameraMatrix(camera)));
        return new(pose, double.DegreesToRadians(Model.FieldOfView(camera)));
    }

    /// <summary>A copy of all positions, for drawing; stamped with <paramref name="timeNs"/>.</summary>
    public SceneState Scene(long timeNs) => SceneState.Of(_data, timeNs, _brightness);

    /// <inheritdoc/>
    public void Dispose()
    {
        _data.Dispose();
        Model.Dispose();
    }

    private void Begin(TabletopScene scene, IEnumerable<PlacedObject> layout, in JointVector arm, TabletopLight light)
    {
        Put(scene, layout, arm, light);
        for (var i = 0; i < SettleSteps; i++) Step(arm);
        Steps = 0;
    }

    private void Put(TabletopScene scene, IEnumerable<PlacedObject> layout, in JointVector arm, TabletopLight light)
    {
        _data.Reset();
        _servo.Place(arm);
        (_data.Positions[_lampX], _data.Positions[_lampY], _brightness) = (light.TiltX, light.TiltY, light.Brightness);
        Lay(scene, layout);
        (Start, Steps, _lastTime) = (arm, 0, _data.Time);
    }

    private void Lay(TabletopScene scene, IEnumerable<PlacedObject> layout)
    {
        Table = scene;
        foreach (var place in layout) _places.Place(place);
        var absent = TabletopObject.All.Except(scene.Objects).ToArray();
        foreach (var item in absent) _places.Park(item);
        _data.Update();
        foreach (var item in absent) _places.Hold(item);
    }

    private static Vector3d ToVector(ReadOnlySpan<double> v) => new(v[0], v[1], v[2]);

    // MuJoCo writes matrices row by row; the axes are the columns.
    private static RotationMatrix ToRotation(ReadOnlySpan<double> m) => new(new(m[0], m[3], m[6]), new(m[1], m[4], m[7]), new(m[2], m[5], m[8]));
}
