namespace DepthVla.Robot.Server.Hosting;

/// <summary>Marks the connections of the port for openpi's clients, so that nothing else is reached by them.</summary>
internal sealed class OpenPiPort
{
    public static OpenPiPort Mark { get; } = new();

    /// <summary>Whether a request came by that port.</summary>
    public static bool Took(HttpContext context) => context.Features.Get<OpenPiPort>() is not null;
}
