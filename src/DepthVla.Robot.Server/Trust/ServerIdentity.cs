using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DepthVla.Robot.Server.Trust;

/// <summary>By what clients know the server: its certificate, its key, and the authorities in between. Immutable, thread-safe.</summary>
internal sealed class ServerIdentity
{
    private readonly SslStreamCertificateContext _certificate;
    private readonly bool _askClients;

    private ServerIdentity(SslStreamCertificateContext certificate, DateTimeOffset notAfter, bool askClients) =>
        (_certificate, NotAfter, _askClients) = (certificate, notAfter, askClients);

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <param name="certificates">PEM: the server's own first, then those in between.</param>
    /// <param name="key">PEM: its private key.</param>
    /// <param name="askClients">Whether clients are asked for certificates. Whatever they show is taken here and judged at each call, which can say why; the handshake only proves that they have its key.</param>
    /// <exception cref="CryptographicException">They are no such texts, or do not belong together.</exception>
    public static ServerIdentity Parse(string certificates, string key, bool askClients)
    {
        X509Certificate2 own;
        try { own = X509Certificate2.CreateFromPem(certificates, key); }
        catch (ArgumentException e) { throw new CryptographicException(e.Message, e); }
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        all.RemoveAt(0);
        return new(SslStreamCertificateContext.Create(own, all, offline: true), new(own.NotAfter), askClients);
    }

    /// <summary>What one connection that begins now is told. The object is that connection's own: each port writes into it what it speaks.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "A client's certificate, which each call's judge looks at; a handshake that fails could not tell the client why.")]
    public SslServerAuthenticationOptions ForConnection() => new()
    {
        ServerCertificateContext = _certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowTlsResume = false, // a resumed session would go on with the certificates before
        ClientCertificateRequired = _askClients,
        RemoteCertificateValidationCallback = _askClients ? TakeForNow : null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private static bool TakeForNow(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
