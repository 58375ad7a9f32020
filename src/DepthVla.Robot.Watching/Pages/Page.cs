using System.Reflection;
using System.Text;

namespace DepthVla.Robot.Watching.Pages;

/// <summary>A program's page: one file that asks nobody else for anything, in the look that all of them have.</summary>
public static class Page
{
    /// <summary>What the page may do, as a header: nothing but show itself and ask its own server.</summary>
    public const string ContentPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Look = "/*look*/";

    /// <summary>Reads a page that is embedded in a program, and lays the look where it says <c>/*look*/</c>. UTF-8.</summary>
    public static byte[] Read(Assembly program, string name) =>
        Encoding.UTF8.GetBytes(Text(program, name).Replace(Look, Text(typeof(Page).Assembly, "look.css"), StringComparison.Ordinal));

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
