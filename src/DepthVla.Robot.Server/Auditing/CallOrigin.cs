namespace DepthVla.Robot.Server.Auditing;

/// <summary>Where a call came from, and what it called.</summary>
/// <param name="Method">The path.</param>
/// <param name="From">The peer's address.</param>
internal sealed record CallOrigin(string Method, string From)
{
    private const int MaxLength = 200;

    public static CallOrigin Of(HttpContext call)
    {
        var path = call.Request.Path.Value ?? "";
        return new(path.Length <= MaxLength ? path : path[..MaxLength], call.Connection.RemoteIpAddress?.ToString() ?? "unix socket");
    }
}
