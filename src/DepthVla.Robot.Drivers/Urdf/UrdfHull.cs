using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.Urdf;

/// <summary>Collects capsules that enclose what a URDF gives its links to collide with: cylinders, boxes and spheres.</summary>
/// <remarks>
/// A cylinder gets round ends beyond its flat ones, a box a capsule along its longest side through its corners: always larger, never smaller. Meshes are not read: a link that
/// has nothing else is not part of the hull. Format: wiki.ros.org/urdf/XML/link.
/// </remarks>
internal sealed class UrdfHull(XElement robot, List<string> problems)
{
    private readonly List<LinkCapsule> _capsules = [];

    /// <summary>All so far.</summary>
    public ImmutableArray<LinkCapsule> Capsules => [.. _capsules];

    /// <summary>Every two with two joints or more between them.</summary>
    /// <param name="distance">How far apart, m.</param>
    public ImmutableArray<CapsulePair> Apart(double distance) =>
    [
        .. from first in Enumerable.Range(0, _capsules.Count) from second in Enumerable.Range(0, _capsules.Count)
           where _capsules[second].Link - _capsules[first].Link >= 2 select new CapsulePair(first, second, distance),
    ];

    /// <summary>Adds a link of the file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="link">Which link of the chain it is fixed to.</param>
    /// <param name="turned">Its frame's turn against that link's, all joints at zero.</param>
    /// <param name="offset">Its frame's origin in that link's frame, m.</param>
    public void Add(string name, int link, double[,] turned, Vector3d offset)
    {
        if (robot.Elements("link").FirstOrDefault(element => UrdfArm.Text(element, "name") == name) is not { } element) return;
        foreach (var collision in element.Elements("collision"))
        {
            if (Shape(collision.Element("geometry"), element) is not var (half, radius)) continue;
            var origin = collision.Element("origin");
            var centre = offset + UrdfArm.Times(turned, UrdfArm.Numbers(origin, "xyz", element, problems, default));
            var along = UrdfArm.Times(turned, UrdfArm.Times(UrdfArm.Rpy(UrdfArm.Numbers(origin, "rpy", element, problems, default)), half));
            _capsules.Add(new(name, link, centre - along, centre + along, radius));
        }
    }

    // Half of the segment, in the collision's own frame, and the radius around it; null for a mesh.
    private (Vector3d Half, double Radius)? Shape(XElement? geometry, XElement link)
    {
        if (geometry?.Element("cylinder") is { } cylinder) return (new(0, 0, Size(cylinder, "length", link) / 2), Size(cylinder, "radius", link));
        if (geometry?.Element("sphere") is { } sphere) return (default, Size(sphere, "radius", link));
        if (geometry?.Element("box") is not { } box) return null;
        var (x, y, z) = UrdfArm.Numbers(box, "size", link, problems, default) * 0.5;
        return x >= y && x >= z ? (new(x, 0, 0), Math.Sqrt(y * y + z * z))
            : y >= z ? (new(0, y, 0), Math.Sqrt(x * x + z * z))
            : (new(0, 0, z), Math.Sqrt(x * x + y * y));
    }

    private double Size(XElement element, string attribute, XElement link)
    {
        var text = UrdfArm.Text(element, attribute);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var size) && double.IsFinite(size) && size > 0) return size;
        problems.Add($"link '{UrdfArm.Text(link, "name")}': {element.Name.LocalName} {attribute} is '{text}'; expected a number above 0");
        return 1;
    }
}
