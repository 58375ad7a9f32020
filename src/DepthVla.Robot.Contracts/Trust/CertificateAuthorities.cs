using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DepthVla.Robot.Contracts.Trust;

/// <summary>The authorities of a PEM file, and whether they vouch for a certificate. Immutable, thread-safe.</summary>
/// <remarks>Nobody is asked for revocation: a robot's network has often no way to such a service, and its silence must not stop an arm. The server reads a list of its own.</remarks>
public sealed class CertificateAuthorities
{
    private readonly X509Certificate2Collection _roots = [];
    private readonly X509Certificate2Collection _between = [];

    private CertificateAuthorities()
    {
    }

    /// <summary>Reads PEM text: at least one authority that signed itself, and any that lie between one and the certificates.</summary>
    /// <exception cref="CryptographicException">There is none, or the text is broken.</exception>
    public static CertificateAuthorities Parse(string pem)
    {
        var (all, read) = (new X509Certificate2Collection(), new CertificateAuthorities());
        all.ImportFromPem(pem);
        foreach (var one in all) (one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData) ? read._roots : read._between).Add(one);
        return read._roots.Count > 0 ? read : throw new CryptographicException("no certificate of an authority that signed itself");
    }

    /// <summary>Why these authorities do not vouch for a certificate; null where they do.</summary>
    /// <param name="certificate">Whose.</param>
    /// <param name="purpose">What it must be made for, if it says what it is made for.</param>
    /// <param name="now">The time at which it must hold.</param>
    /// <param name="sent">Authorities in between that the peer sent along.</param>
    public string? Fault(X509Certificate2 certificate, CertificatePurpose purpose, DateTimeOffset now, IEnumerable<X509Certificate2>? sent = null)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        (policy.TrustMode, policy.RevocationMode, policy.VerificationTime) = (X509ChainTrustMode.CustomRootTrust, X509RevocationMode.NoCheck, now.UtcDateTime);
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(purpose == CertificatePurpose.Server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"));
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_between);
        foreach (var one in sent ?? []) policy.ExtraStore.Add(one);
        try
        {
            return chain.Build(certificate) ? null : Explain(certificate, purpose, now, chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status));
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        }
    }

    private static string Explain(X509Certificate2 certificate, CertificatePurpose purpose, DateTimeOffset now, X509ChainStatusFlags faults)
    {
        if ((faults & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0) return "it is signed by none of the authorities";
        if ((faults & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return now < certificate.NotBefore ? $"it holds from {certificate.NotBefore.ToUniversalTime():u} only" : $"it expired, or its authority did: it held until {certificate.NotAfter.ToUniversalTime():u}";
        }

        return (faults & X509ChainStatusFlags.NotValidForUsage) != 0 ? $"it is not made for {(purpose == CertificatePurpose.Server ? "servers" : "clients")}" : $"{faults}";
    }
}

/// <summary>What a certificate is shown for.</summary>
public enum CertificatePurpose
{
    /// <summary>By a server, to clients.</summary>
    Server,

    /// <summary>By a client, to a server.</summary>
    Client,
}
