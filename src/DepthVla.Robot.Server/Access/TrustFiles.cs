using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Trust;

namespace DepthVla.Robot.Server.Access;

/// <summary>All files that say who is who, each as it last made sense; null where none was named. Thread-safe.</summary>
internal sealed class TrustFiles
{
    /// <exception cref="Exception">A file cannot be used: <see cref="TrustFault"/> knows which exceptions those are.</exception>
    public TrustFiles(ServerOptions options)
    {
        var askClients = options.ClientCa.Length > 0;
        if (options.TlsCertificate.Length > 0) Identity = new([options.TlsCertificate, options.TlsKey], texts => ServerIdentity.Parse(texts[0], texts[1], askClients));
        if (askClients) Clients = new([options.ClientCa], texts => ClientCertificates.Parse(texts[0]));
        if (options.Revoked.Length > 0) Revoked = new([options.Revoked], texts => RevokedCertificates.Parse(texts[0]));
        if (options.Tokens.Length > 0) Tokens = new([options.Tokens], texts => TokenFile.Parse(texts[0]));
    }

    public WatchedFiles<ServerIdentity>? Identity { get; }

    public WatchedFiles<ClientCertificates>? Clients { get; }

    public WatchedFiles<RevokedCertificates>? Revoked { get; }

    public WatchedFiles<TokenFile>? Tokens { get; }

    /// <summary>Whether callers must be known.</summary>
    public bool KnowCallers => Clients is not null || Tokens is not null;

    /// <summary>By what, for people.</summary>
    public string Ways => (Clients, Tokens) switch { (null, _) => "a bearer token", (_, null) => "a client's certificate", _ => "a client's certificate or a bearer token" };

    public IEnumerable<IWatchedFiles> All => ((IEnumerable<IWatchedFiles?>)[Identity, Clients, Revoked, Tokens]).OfType<IWatchedFiles>();
}
