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

    // By the names of their models, each loaded when a scene first needs it.
    private readonly Dictionary<string, TabletopStage> _stages = [];
    private TabletopStage _stage;
    private double _lastTime, _brightness;

    /// <summary>Loads the world and lays it out for seed 0.</summary>
    /// <exception cref="SimulatorUnavailableException">MuJoCo is missing, or its version is not supported.</exception>
    public TabletopPhysics()
        : this(TabletopModels.Read(TabletopScene.Blocks))
    {
    }

    internal TabletopPhysics(string scene)
    {
        _stages[Table.Model] = _stage = new TabletopStage(Table, scene);
        Reset(0);
    }

    /// <summary>The names of the cameras that every scene has; see <see cref="TabletopScene.Cameras"/> for those of one.</summary>
    public static ImmutableArray<string> Cameras { get; } = TabletopScene.Blocks.Cameras;

    /// <summary>What lies on the table.</summary>
    public TabletopScene Table { get; private set; } = TabletopScene.Blocks;

    /// <summary>Where the arm was put at the last reset or snapshot; rad and m.</summary>
    public JointVector Start { get; private set; }

    /// <summary>What somebody's hand does to the joints of an arm that is free, N·m or N; on an arm that follows goals it does nothing.</summary>
    public JointVector Hand { get; set; } = JointVector.Zero(Wx250s.Description.Joints.Length);

    /// <summary>Steps since the last reset.</summary>
    public long Steps { get; private set; }

    /// <summary>The arm's tool point, base frame.</summary>
    public Pose Tool => new(ToVector(Data.SitePosition(_stage.Tool)), ToRotation(Data.SiteMatrix(_stage.Tool)));

    /// <summary>That of the scene on the table: another scene may have another.</summary>
    internal MjModel Model => _stage.Model;

    private MjData Data => _stage.Data;

    /// <summary>Puts the arm at <see cref="Wx250s.Home"/> and lays out the blocks and the plate, plainly lit.</summary>
    /// <remarks>The objects have come to rest when this returns.</remarks>
    public void Reset(int seed) =>
        Begin(TabletopScene.Blocks, TabletopLayout.Random(TabletopScene.Blocks, seed), Wx250s.Home, TabletopLight.Plain, OverviewPlace.Plain);

    /// <summary>Lays out a scene, the arm, the light and the camera "overview" at random; the objects have come to rest when this returns.</summary>
    /// <remarks>The same scene and seed give the same world, bit for bit.</remarks>
    public void Reset(TabletopScene scene, int seed)
    {
        var random = new Random(seed);
        var layout = TabletopLayout.Random(scene, random);
        Begin(scene, layout, ArmPoses.Start(random, scene.StartLift), TabletopLight.Random(random), OverviewPlace.Random(random));
    }

    /// <summary>Lays the objects out anew and leaves the arm as it is; it should be raised.</summary>
    /// <exception cref="ArgumentException">The scene is laid out in another model, in which there is another arm.</exception>
    public void PlaceObjects(TabletopScene scene, int seed)
    {
        if (scene.Model != Table.Model) throw new ArgumentException($"'{scene.Name}' follows '{Table.Name}' only by a reset.", nameof(scene));
        Lay(scene, TabletopLayout.Random(scene, seed));
        _lastTime = Data.Time;
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
        Put(scene, snapshot.Objects, snapshot.Arm, TabletopLight.Random(random), OverviewPlace.Random(random));
        return snapshot.Held;
    }

    /// <summary>Moves the world on by <see cref="StepNs"/> while the arm goes for <paramref name="goal"/>.</summary>
    /// <param name="goal">Joint positions, rad or m; positions beyond the hardware's range are taken as its ends.</param>
    /// <exception cref="ArgumentException">The goal is not a finite number for every joint.</exception>
    /// <exception cref="InvalidOperationException">The simulation has diverged; reset it.</exception>
    public void Step(in JointVector goal)
    {
        if (!Accepts(goal)) throw new ArgumentException($"A goal is {Wx250s.Description.Joints.Length} finite numbers, one a joint; this one is {goal}.", nameof(goal));
        _stage.Servo.Drive(goal);
        Advance();
    }

    /// <summary>Moves the world on by <see cref="StepNs"/> while people lead the arm by hand: the motors carry its weight, and follow no goal.</summary>
    /// <exception cref="InvalidOperationException">The simulation has diverged; reset it.</exception>
    public void StepFree()
    {
        _stage.Servo.Float(Hand);
        Advance();
    }

    private void Advance()
    {
        Data.Integrate();
        Data.Update();

        // MuJoCo answers a divergence by starting the world over in silence.
        if (!(Data.Time > _lastTime)) throw new InvalidOperationException("The simulation diverged and was started over by MuJoCo; reset the world.");
        _lastTime = Data.Time;
        Steps++;
    }

    /// <summary>Whether <see cref="Step"/> takes this goal.</summary>
    public static bool Accepts(in JointVector goal) => goal.Count == Wx250s.Description.Joints.Length && goal.IsFinite;

    /// <summary>What the arm measures, stamped with <paramref name="timeNs"/>.</summary>
    public JointState Measure(long timeNs) => _stage.Servo.Measure(timeNs);

    /// <summary>Where an object is, such as "block_red", "plate" or "towel": its origin, base frame.</summary>
    /// <exception cref="ArgumentException">There is no such object.</exception>
    public Pose PoseOf(string name)
    {
        var body = _stage.Body(name);
        return new(ToVector(Data.BodyPosition(body)), ToRotation(Data.BodyMatrix(body)));
    }

    /// <summary>How fast an object's origin moves, m/s.</summary>
    public double SpeedOf(TabletopObject item) => _stage.SpeedOf(item);

    /// <summary>An object as it is on the table: in the size that this layout has given it.</summary>
    public TabletopObject OnTable(TabletopObject item) => _stage.OnTable(item) ?? item;

    /// <summary>Where a camera is and what it frames.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    public CameraView Camera(string name)
    {
        var camera = Model.Camera(name);
        var pose = new Pose(ToVector(Data.CameraPosition(camera)), ToRotation(Data.CameraMatrix(camera)));
        return new(pose, double.DegreesToRadians(Model.FieldOfView(camera)));
    }

    /// <summary>A copy of all positions, for drawing; stamped with <paramref name="timeNs"/>.</summary>
    public SceneState Scene(long timeNs) => SceneState.Of(Data, timeNs, _brightness);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stage in _stages.Values) stage.Dispose();
    }

    private void Begin(TabletopScene scene, IEnumerable<PlacedObject> layout, in JointVector arm, TabletopLight light, OverviewPlace overview)
    {
        Put(scene, layout, arm, light, overview);
        for (var i = 0; i < SettleSteps; i++) Step(arm);
        Steps = 0;
    }

    private void Put(TabletopScene scene, IEnumerable<PlacedObject> layout, in JointVector arm, TabletopLight light, OverviewPlace overview)
    {
        if (!_stages.TryGetValue(scene.Model, out var stage)) _stages[scene.Model] = stage = new TabletopStage(scene, TabletopModels.Read(scene));
        _stage = stage;
        _stage.Begin(arm, light, overview);
        Lay(scene, layout);
        (Start, Steps, _lastTime, _brightness) = (arm, 0, Data.Time, light.Brightness);
    }

    private void Lay(TabletopScene scene, IEnumerable<PlacedObject> layout)
    {
        Table = scene;
        _stage.Lay(layout);
    }

    private static Vector3d ToVector(ReadOnlySpan<double> v) => new(v[0], v[1], v[2]);

    // MuJoCo writes matrices row by row; the axes are the columns.
    private static RotationMatrix ToRotation(ReadOnlySpan<double> m) => new(new(m[0], m[3], m[6]), new(m[1], m[4], m[7]), new(m[2], m[5], m[8]));
}
