using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Puts objects somewhere at rest, or out of the way.</summary>
/// <param name="data">Where.</param>
/// <param name="stock">All there is in the model.</param>
internal sealed class ObjectPlaces(MjData data, IEnumerable<TabletopObject> stock)
{
    // Farther than any camera sees (the far plane is 10 m away) and far enough apart.
    private const double ParkedX = -20, ParkedApart = 1;

    private readonly Dictionary<string, int> _parkingPlaces = stock.Select((item, place) => (item.Body, place)).ToDictionary();

    /// <summary>Puts it there at rest. Call <see cref="MjData.Update"/> afterwards.</summary>
    public void Place(in PlacedObject place)
    {
        var joint = Joint(place.Object);
        var positions = data.Positions[data.Model.PositionAddress(joint)..];
        var velocity = data.Model.VelocityAddress(joint);
        var freedoms = Freedoms(place.Object);
        data.Velocities.Slice(velocity, freedoms).Clear();
        data.AppliedForces.Slice(velocity, freedoms).Clear();
        if (freedoms < 6)
        {
            (positions[0], positions[1], positions[2]) = (place.X, place.Y, place.Yaw);
            if (place.Object.IsSupport) positions[3] = place.Z;
            return;
        }

        var (sin, cos) = Math.SinCos(place.Yaw / 2);
        (positions[0], positions[1], positions[2]) = (place.X, place.Y, place.Z);
        (positions[3], positions[4], positions[5], positions[6]) = (cos, 0, 0, sin);
    }

    /// <summary>Puts it where no camera sees it and nothing touches it. Call <see cref="MjData.Update"/> and then <see cref="Hold"/> afterwards.</summary>
    public void Park(TabletopObject item) => Place(new(item, ParkedX - (ParkedApart * _parkingPlaces[item.Body]), 0, 0));

    /// <summary>Carries the weight of a parked object, which then stays for ever without a contact to compute, or that of a support.</summary>
    public void Hold(TabletopObject item)
    {
        if (item.IsFlat) return; // slides level: nothing pulls it

        var velocity = data.Model.VelocityAddress(Joint(item));
        data.BiasForces.Slice(velocity, Freedoms(item)).CopyTo(data.AppliedForces[velocity..]);
    }

    /// <summary>How fast its origin moves, m/s.</summary>
    public double SpeedOf(TabletopObject item)
    {
        if (item.IsFlat || item.IsSupport) return 0;

        var v = data.Velocities[data.Model.VelocityAddress(Joint(item))..];
        return Math.Sqrt((v[0] * v[0]) + (v[1] * v[1]) + (v[2] * v[2]));
    }

    private int Joint(TabletopObject item) => data.Model.FirstJoint(data.Model.Body(item.Body));

    private static int Freedoms(TabletopObject item) => item.IsSupport ? 4 : item.IsFlat ? 3 : 6;
}
