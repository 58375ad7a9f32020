using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Contracts.Trust;

namespace DepthVla.Robot.Server.Tests.Running;

/// <summary>An authority that signs certificates into files of a folder.</summary>
internal sealed class Authority : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly string _folder;
    private int _issued;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public Authority(string folder, string name)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        _certificate = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        File = Path.Combine(folder, $"{name}.pem");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string File { get; }

    /// <summary>A server's, for this machine.</summary>
    public Issued Server(string name = "server") => Issue(name, $"CN={name}", CertificatePurpose.Server, Now.AddDays(-1), Now.AddDays(1));

    /// <summary>A client's.</summary>
    /// <param name="subject">Such as "O=infer, CN=robot-1".</param>
    /// <param name="fromDays">Since when it holds, days from now.</param>
    /// <param name="untilDays">Until when.</param>
    public Issued Client(string subject, double fromDays = -1, double untilDays = 1) => Issue($"client-{++_issued}", subject, CertificatePurpose.Client, Now.AddDays(fromDays), Now.AddDays(untilDays));

    public void Dispose() => _certificate.Dispose();

    private Issued Issue(string name, string subject, CertificatePurpose purpose, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose == CertificatePurpose.Server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(_certificate, from, until, RandomNumberGenerator.GetBytes(16));
        var issued = new Issued(Path.Combine(_folder, $"{name}.crt"), Path.Combine(_folder, $"{name}.key"), certificate.SerialNumber, certificate.GetCertHashString(HashAlgorithmName.SHA256));
        System.IO.File.WriteAllText(issued.Certificate, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(issued.Key, key.ExportPkcs8PrivateKeyPem());
        return issued;
    }
}

/// <summary>A certificate and its key, in files.</summary>
internal sealed record Issued(string Certificate, string Key, string SerialNumber, string Fingerprint);
