using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DepthVla.Robot.Server.Trust;

/// <summary>By what clients know the server: its certificate, its key, and the authorities in between. Immutable, thread-safe.</summary>
internal sealed class ServerIdentity
{
    private ServerIdentity(SslServerAuthenticationOptions tls, DateTimeOffset notAfter) => (Tls, NotAfter) = (tls, notAfter);

    /// <summary>What each connection that begins now is told.</summary>
    public SslServerAuthenticationOptions Tls { get; }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <param name="certificates">PEM: the server's own first, then those in between.</param>
    /// <param name="key">PEM: its private key.</param>
    /// <param name="askClients">Whether clients are asked for certificates. Whatever they show is taken here and judged at each call, which can say why; the handshake only proves that they have its key.</param>
    /// <exception cref="CryptographicException">They are no such texts, or do not belong together.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "A client's certificate, which each call's judge looks at; a handshake that fails could not tell the client why.")]
    public static ServerIdentity Parse(string certificates, string key, bool askClients)
    {
        X509Certificate2 own;
        try { own = X509Certificate2.CreateFromPem(certificates, key); }
        catch (ArgumentException e) { throw new CryptographicException(e.Message, e); }
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        all.RemoveAt(0);
        return new(
            new()
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(own, all, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowTlsResume = false, // a resumed session would go on with the certificates before
                ClientCertificateRequired = askClients,
                RemoteCertificateValidationCallback = askClients ? TakeForNow : null,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            },
            new(own.NotAfter));
    }

    private static bool TakeForNow(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
