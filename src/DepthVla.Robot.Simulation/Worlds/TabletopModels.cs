using System.Xml.Linq;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>The texts of the models: each the arm and the table of tabletop.xml with objects on it.</summary>
internal static class TabletopModels
{
    /// <summary>The model of tabletop.xml as it is.</summary>
    public const string Usual = "tabletop";

    /// <summary>MJCF of the model that <paramref name="scene"/> is laid out in.</summary>
    public static string Read(TabletopScene scene)
    {
        var usual = Resource(Usual);
        return scene.Model == Usual ? usual : Refurnished(usual, Resource(scene.Model));
    }

    // Other objects in place of the usual ones.
    private static string Refurnished(string usual, string objects)
    {
        var model = XDocument.Parse(usual);
        var bodies = TabletopScene.Blocks.Stock.Select(item => item.Body).ToHashSet();
        model.Descendants("body").Where(body => bodies.Contains((string)body.Attribute("name")!)).Remove();
        model.Descendants("exclude").Where(pair => bodies.Contains((string)pair.Attribute("body2")!)).Remove();
        foreach (var part in XDocument.Parse(objects).Root!.Elements()) model.Root!.Element(part.Name)!.Add(part.Elements());
        return model.ToString();
    }

    private static string Resource(string model)
    {
        using var reader = new StreamReader(typeof(TabletopModels).Assembly.GetManifestResourceStream(model + ".xml")!);
        return reader.ReadToEnd();
    }
}
