using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>A model of the table with its state and what is found in it. Owned by one thread.</summary>
internal sealed class TabletopStage : IDisposable
{
    private readonly ObjectPlaces _places;
    private readonly ImmutableArray<TabletopObject> _stock;
    private readonly int _lampX, _lampY;
    private readonly ImmutableArray<int> _overview = [];

    // What is on the table, by name, in the size that it has.
    private Dictionary<string, TabletopObject> _present = [];

    /// <param name="scene">One of those that can be laid out in it.</param>
    /// <param name="xml">MJCF.</param>
    public TabletopStage(TabletopScene scene, string xml)
    {
        Model = MjModel.Load(xml);
        if (Model.TimeStep * 1e9 != TabletopPhysics.StepNs || Model.PositionCount > SceneState.Capacity)
            throw new FormatException($"The scene needs a time step of {TabletopPhysics.StepNs} ns and at most {SceneState.Capacity} positions.");
        Data = new MjData(Model);
        Servo = new ArmServo(Data);
        _stock = scene.Stock;
        _places = new ObjectPlaces(Data, _stock);
        Tool = Model.Site("tcp");
        (_lampX, _lampY) = (Address("lamp_x"), Address("lamp_y"));
        if (!scene.Cameras.Contains(OverviewPlace.Camera)) return;
        _overview = [Address("overview_x"), Address("overview_y"), Address("overview_z"), Address("aim_x"), Address("aim_y"), Address("aim_z")];
    }

    public MjModel Model { get; }

    public MjData Data { get; }

    public ArmServo Servo { get; }

    /// <summary>The tool point's site.</summary>
    public int Tool { get; }

    /// <summary>Everything as the model has it, but for the arm (rad and m), the lamp and the camera "overview".</summary>
    public void Begin(in JointVector arm, in TabletopLight light, in OverviewPlace overview)
    {
        Data.Reset();
        Servo.Place(arm);
        (Data.Positions[_lampX], Data.Positions[_lampY]) = (light.TiltX, light.TiltY);
        if (_overview.IsEmpty) return;
        var (from, to) = (overview.Position, overview.Aim);
        foreach (var (address, value) in _overview.Zip([from.X, from.Y, from.Z, to.X, to.Y, to.Z])) Data.Positions[address] = value;
    }

    /// <summary>Lays objects out and parks all others.</summary>
    public void Lay(IEnumerable<PlacedObject> layout)
    {
        _present = layout.ToDictionary(place => place.Object.Name, place => place.Object);
        foreach (var place in layout) _places.Place(place);
        var absent = _stock.Where(item => OnTable(item)?.Body != item.Body).ToArray();
        foreach (var item in absent) _places.Park(item);
        Data.Update();
        foreach (var item in absent) _places.Hold(item);
        foreach (var item in _present.Values) if (item.IsSupport) _places.Hold(item);
    }

    /// <summary>The object of this name as it is on the table, in its size; null where it is not.</summary>
    public TabletopObject? OnTable(TabletopObject item) => _present.GetValueOrDefault(item.Name);

    /// <summary>The body of an object on the table, or that of this very name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public int Body(string name) => Model.Body(_present.TryGetValue(name, out var item) ? item.Body : name);

    /// <summary>How fast an object's origin moves, m/s.</summary>
    public double SpeedOf(TabletopObject item) => _places.SpeedOf(OnTable(item) ?? item);

    public void Dispose()
    {
        Data.Dispose();
        Model.Dispose();
    }

    private int Address(string joint) => Model.PositionAddress(Model.Joint(joint));
}
