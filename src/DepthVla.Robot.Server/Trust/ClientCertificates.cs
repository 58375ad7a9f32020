using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Contracts.Trust;

namespace DepthVla.Robot.Server.Trust;

/// <summary>Which certificates make a client known, and as whom: the subject's CN names the robot that it may command, each O that is a scope's name gives that scope. Thread-safe.</summary>
internal sealed class ClientCertificates(CertificateAuthorities authorities)
{
    private const string CommonName = "2.5.4.3", Organization = "2.5.4.10";

    // Of those that the authorities vouched for: how many there can be is theirs to say. They need not be asked twice.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _vouchedUntil = new(StringComparer.Ordinal);

    /// <exception cref="CryptographicException">The text holds no authority.</exception>
    public static ClientCertificates Parse(string pem) => new(CertificateAuthorities.Parse(pem));

    /// <summary>Why the certificate makes nobody known; null where it does.</summary>
    public string? Fault(X509Certificate2 certificate, RevokedCertificates revoked, DateTimeOffset now)
    {
        if (revoked.Contains(certificate)) return "it was revoked";
        var thumbprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        if (_vouchedUntil.TryGetValue(thumbprint, out var until) && now < until) return null;
        if (authorities.Fault(certificate, CertificatePurpose.Client, now) is { } fault) return fault;
        if (Named(certificate, CommonName).Count() != 1) return "its subject has not one CN";
        var (hour, end) = (now.AddHours(1), new DateTimeOffset(certificate.NotAfter)); // an authority in between may end before
        _vouchedUntil[thumbprint] = hour < end ? hour : end;
        return null;
    }

    /// <summary>Whom a certificate without fault makes known.</summary>
    public static Caller CallerOf(X509Certificate2 certificate)
    {
        var robot = Named(certificate, CommonName).Single();
        var scopes = Named(certificate, Organization).Select(ScopeNames.Named).Where(scope => scope != Scope.None).Distinct();
        return new(robot, "certificate", [.. scopes], robot == Caller.AnyRobot ? [] : [robot]);
    }

    private static IEnumerable<string> Named(X509Certificate2 certificate, string kind) =>
        certificate.SubjectName.EnumerateRelativeDistinguishedNames().Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == kind)
            .Select(name => name.GetSingleElementValue() ?? "");
}
