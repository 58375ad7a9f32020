using System.Net;

namespace DepthVla.Robot.Watching.Pages;

/// <summary>Keeps what this computer shows to itself from web pages that an operator has open elsewhere.</summary>
public static class LocalHost
{
    /// <summary>Whether a request's host is this computer's own name or an address. A page elsewhere may make its own name mean this computer, and would then see what robots see.</summary>
    /// <param name="host">Without the port.</param>
    public static bool IsNamedBy(string host) => host is "" or "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
