using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;

namespace DepthVla.Robot.Server.Access;

/// <summary>Who calls, by certificate or by token, and whether that one may. Thread-safe.</summary>
/// <remarks>Either is enough where both are known here. Whoever shows both may what both may, and is refused where one is bad.</remarks>
internal sealed class CallerCheck(TrustFiles files, TimeProvider time)
{
    // The first as everybody says it, the second as openpi's client does.
    private static readonly string[] Schemes = ["Bearer ", "Api-Key "];
    private const int MaxSubject = 120;

    /// <summary>Why the call is refused; null where it is not, and then <paramref name="caller"/> is who calls.</summary>
    public Refusal? Refuse(Credentials shown, Scope needed, out Caller caller)
    {
        caller = Caller.Anybody;
        if (!files.KnowCallers) return null;
        Caller? byCertificate = null, byToken = null;
        if (files.Clients?.Current is { } clients && shown.Certificate is { } certificate && RefuseCertificate(clients, certificate, out byCertificate) is { } badCertificate) return badCertificate;
        if (shown.Authorization is { } said && RefuseToken(said, out byToken) is { } badToken) return badToken;
        if ((byCertificate ?? byToken) is not { } known) return new(StatusCode.Unauthenticated, Reasons.CredentialsMissing, $"This server answers callers that it knows, by {files.Ways}.");
        caller = byToken is null ? known : byCertificate?.And(byToken) ?? byToken;
        return caller.May(needed) ? null : new(StatusCode.PermissionDenied, Reasons.ScopeMissing, $"'{caller.Name}' is known by {caller.KnownBy} and has not the scope {needed.Name()}.", caller);
    }

    private Refusal? RefuseCertificate(ClientCertificates clients, X509Certificate2 shown, out Caller? caller)
    {
        caller = null;
        if (clients.Fault(shown, files.Revoked?.Current ?? RevokedCertificates.None, time.GetUtcNow()) is { } fault)
        {
            return new(StatusCode.Unauthenticated, Reasons.CertificateRefused, $"The certificate of '{Shorten(shown.Subject)}', serial number {shown.SerialNumber}, is not accepted: {fault}.");
        }

        caller = ClientCertificates.CallerOf(shown);
        return null;
    }

    private Refusal? RefuseToken(string authorization, out Caller? caller)
    {
        var scheme = Schemes.FirstOrDefault(scheme => authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));
        caller = scheme is null ? null : files.Tokens?.Current.Find(authorization[scheme.Length..].Trim());
        return caller is null ? new(StatusCode.Unauthenticated, Reasons.TokenRefused, "The authorization is no bearer token that this server knows.") : null;
    }

    // A stranger's certificate says what the stranger likes, and the answer is a header.
    private static string Shorten(string subject) => subject.Length <= MaxSubject ? subject : subject[..MaxSubject] + "…";
}
