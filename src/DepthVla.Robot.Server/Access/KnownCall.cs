using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Trust;
using Microsoft.AspNetCore.Http.Features;

namespace DepthVla.Robot.Server.Access;

/// <summary>What a caller showed to be known by. Immutable.</summary>
/// <param name="Certificate">Of which it has the key.</param>
/// <param name="Authorization">The header as it came; never logged.</param>
internal sealed record Credentials(X509Certificate2? Certificate, string? Authorization)
{
    public static Credentials Of(HttpContext call) =>
        new(call.Connection.ClientCertificate, call.Request.Headers.Authorization is { Count: > 0 } said ? $"{said}" : null);
}

/// <summary>A call that was let in: a feature of its <see cref="HttpContext"/>. Belongs to the guard; others read.</summary>
internal sealed class KnownCall(HttpContext call, Caller caller, Credentials shown, Scope needed)
{
    /// <summary>Who calls.</summary>
    public Caller Caller => caller;

    /// <summary>From where, and what.</summary>
    public CallOrigin Origin { get; } = CallOrigin.Of(call);

    public Credentials Shown => shown;

    public Scope Needed => needed;

    /// <summary>Which robot it commands, if any.</summary>
    public string? Robot { get; set; }

    /// <summary>Whether it was ended, though it may still be on its way out.</summary>
    public bool IsCut { get; private set; }

    public static KnownCall Of(HttpContext call) => call.Features.GetRequiredFeature<KnownCall>();

    public void Cut()
    {
        IsCut = true;
        call.Abort();
    }
}
