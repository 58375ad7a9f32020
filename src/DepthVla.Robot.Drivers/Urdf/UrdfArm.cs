using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.Urdf;

/// <summary>Reads the serial chain of an arm from a URDF: revolute, continuous and fixed joints between a base link and a tool link.</summary>
/// <remarks>
/// A URDF gives each joint a frame of its own, turned by rpy against the one before (fixed axes x, y, z: R = Rz·Ry·Rx). Here all frames are aligned with the base when all
/// joints are at zero: offsets and axes are turned into the base frame once, and fixed joints are merged into what follows. The hull is that of collision cylinders, boxes and spheres (<see cref="UrdfHull"/>). Meshes, inertias, mimics, transmissions and
/// branches beside the chain are not read, and a turn of the tool's own frame against the last joint is not kept: tool poses are those of the last link. xacro is not: expand it first. Format: wiki.ros.org/urdf/XML/joint.
/// </remarks>
public static class UrdfArm
{
    // Revolute joints without end turn so far either way: commands need a range.
    private const double Continuous = 2 * Math.PI;

    private static readonly double[,] Aligned = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };

    /// <summary>The arm that a URDF describes.</summary>
    /// <exception cref="UrdfException">It is none, or not a serial chain of joints that turn; everything that is wrong is listed.</exception>
    public static RobotDescription Read(string xml, UrdfChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var robot = Parse(xml);
        var problems = new List<string>();
        var chain = Between(robot, choices, problems);
        var (joints, links) = (new List<JointSpec>(), new List<ChainLink>());
        var (turned, offset) = (Aligned, new Vector3d(0, 0, 0));
        var hull = new UrdfHull(robot, problems);
        hull.Add(chain.Count > 0 ? Link(chain[0], "parent") : choices.ToolLink, LinkCapsule.Base, turned, offset);
        foreach (var joint in chain)
        {
            offset += Times(turned, Numbers(joint.Element("origin"), "xyz", joint, problems, new(0, 0, 0)));
            turned = Times(turned, Rpy(Numbers(joint.Element("origin"), "rpy", joint, problems, new(0, 0, 0))));
            if (Text(joint, "type") == "fixed")
            {
                hull.Add(Link(joint, "child"), links.Count - 1, turned, offset);
                continue;
            }

            if (Joint(joint, choices, problems) is not { } spec) continue;
            links.Add(new(joints.Count, offset, Unit(Times(turned, Numbers(joint.Element("axis"), "xyz", joint, problems, new(1, 0, 0))), joint, problems)));
            joints.Add(spec);
            offset = new(0, 0, 0);
            hull.Add(Link(joint, "child"), links.Count - 1, turned, offset);
        }

        if (problems.Count == 0 && joints.Count == 0) problems.Add("no joint turns between the two links");
        if (problems.Count > 0) throw new UrdfException($"This URDF cannot be used: {string.Join("; ", problems)}.");
        return new RobotDescription
        {
            Name = Text(robot, "name"), Joints = [.. joints], Chain = [.. links], Tool = offset, Workspace = choices.Workspace,
            Capsules = hull.Capsules, KeepOut = choices.KeepOut, Apart = choices.SelfDistance is { } distance ? hull.Apart(distance) : [],
        };
    }

    private static XElement Parse(string xml)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
            using var reader = XmlReader.Create(new StringReader(xml), settings);
            var root = XDocument.Load(reader).Root!;
            return root.Name.LocalName == "robot" ? root : throw new UrdfException($"This URDF cannot be used: its root is '{root.Name.LocalName}', expected 'robot'; expand xacro first.");
        }
        catch (XmlException e) { throw new UrdfException($"This URDF cannot be used: it is not XML ({e.Message})."); }
    }

    // From the tool up to the base: each link has one parent.
    private static List<XElement> Between(XElement robot, UrdfChoices choices, List<string> problems)
    {
        var (parents, chain) = (new Dictionary<string, XElement>(), new List<XElement>());
        foreach (var joint in robot.Elements("joint"))
            if (!parents.TryAdd(Link(joint, "child"), joint)) problems.Add($"link '{Link(joint, "child")}' has two parents");
        var link = choices.ToolLink;
        if (!robot.Elements("link").Any(l => Text(l, "name") == link)) problems.Add($"there is no link '{link}' for the tool; there are {string.Join(", ", robot.Elements("link").Select(l => $"'{Text(l, "name")}'"))}");
        while (link != choices.BaseLink && parents.TryGetValue(link, out var joint))
        {
            if (chain.Contains(joint))
            {
                problems.Add($"joint '{Text(joint, "name")}' leads round in a circle");
                break;
            }

            chain.Insert(0, joint);
            link = Link(joint, "parent");
        }

        if (choices.BaseLink is { } wanted && link != wanted) problems.Add($"link '{wanted}' is not above '{choices.ToolLink}'");
        return chain;
    }

    private static JointSpec? Joint(XElement joint, UrdfChoices choices, List<string> problems)
    {
        var (name, type, limit) = (Text(joint, "name"), Text(joint, "type"), joint.Element("limit"));
        if (type is not ("revolute" or "continuous"))
        {
            problems.Add($"joint '{name}' is of type '{type}'; expected revolute, continuous or fixed between base and tool");
            return null;
        }

        var velocity = Number(limit, "velocity", joint, problems);
        var (low, high) = type == "continuous" ? (-Continuous, Continuous) : (Number(limit, "lower", joint, problems, 0), Number(limit, "upper", joint, problems, 0));
        if (!(low < high)) problems.Add($"joint '{name}': range is {low.ToString(CultureInfo.InvariantCulture)} to {high.ToString(CultureInfo.InvariantCulture)}; expected the lower first");
        return new(name, JointUnit.Radian, low, high, velocity * choices.SpeedShare, choices.MaxAcceleration, MaxJerk: choices.MaxJerk);
    }

    internal static string Text(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";

    private static string Link(XElement joint, string end) => joint.Element(end) is { } element ? Text(element, "link") : "";

    private static double Number(XElement? element, string attribute, XElement joint, List<string> problems, double? missing = null)
    {
        if (element?.Attribute(attribute)?.Value is not { } text)
        {
            if (missing is { } value) return value;
            problems.Add($"joint '{Text(joint, "name")}' has no limit {attribute}; a joint that turns needs one");
            return 1;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
        problems.Add($"joint '{Text(joint, "name")}': {attribute} is '{text}'; expected a number");
        return 1;
    }

    internal static Vector3d Numbers(XElement? element, string attribute, XElement joint, List<string> problems, Vector3d missing)
    {
        if (element?.Attribute(attribute)?.Value is not { } text) return missing;
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[3];
        var good = parts.Length == 3;
        for (var i = 0; good && i < 3; i++) good = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
        if (good) return new(numbers[0], numbers[1], numbers[2]);
        problems.Add($"{joint.Name.LocalName} '{Text(joint, "name")}': {attribute} is '{text}'; expected three numbers");
        return missing;
    }

    private static Vector3d Unit(Vector3d axis, XElement joint, List<string> problems)
    {
        var length = Math.Sqrt(axis.X * axis.X + axis.Y * axis.Y + axis.Z * axis.Z);
        if (length > 1e-6) return axis * (1 / length);
        problems.Add($"joint '{Text(joint, "name")}': its axis has no direction");
        return new(0, 0, 1);
    }

    internal static double[,] Rpy(Vector3d angles)
    {
        var ((sr, cr), (sp, cp), (sy, cy)) = (Math.SinCos(angles.X), Math.SinCos(angles.Y), Math.SinCos(angles.Z));
        return new[,]
        {
            { cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr },
            { sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr },
            { -sp, cp * sr, cp * cr },
        };
    }

    internal static Vector3d Times(double[,] m, Vector3d v)
    {
        double Row(int r) => m[r, 0] * v.X + m[r, 1] * v.Y + m[r, 2] * v.Z;
        return new(Row(0), Row(1), Row(2));
    }

    internal static double[,] Times(double[,] a, double[,] b)
    {
        var product = new double[3, 3];
        for (var r = 0; r < 3; r++)
        for (var c = 0; c < 3; c++)
        for (var k = 0; k < 3; k++)
            product[r, c] += a[r, k] * b[k, c];
        return product;
    }
}
