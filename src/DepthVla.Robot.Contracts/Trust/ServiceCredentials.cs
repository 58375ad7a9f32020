using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DepthVla.Robot.Contracts.Trust;

/// <summary>The files by which a client knows a server and makes itself known. Each is read again whenever it is needed, so that it can be replaced at any time. Paths, or empty.</summary>
public sealed record ServiceCredentials
{
    /// <summary>Nobody in particular, asking a server that the machine's own authorities vouch for.</summary>
    public static ServiceCredentials None { get; } = new();

    /// <summary>PEM: the authorities that vouch for the server; the machine's own when empty.</summary>
    public string AuthoritiesFile { get; init; } = "";

    /// <summary>PEM: the client's certificate.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM: its private key.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>A file with a bearer token and nothing else.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>Whether there is anything that a stranger on the way must not read, or that must reach the right server.</summary>
    public bool NeedsTls => TokenFile.Length > 0 || CertificateFile.Length > 0;

    /// <summary>What is wrong with the files now, each with its path.</summary>
    public IEnumerable<(string File, string Fault)> Faults()
    {
        if (AuthoritiesFile.Length > 0 && FaultOf(() => Authorities()) is { } authorities) yield return (AuthoritiesFile, authorities);
        if (CertificateFile.Length > 0 && FaultOf(() => Certificate().Dispose()) is { } certificate) yield return (CertificateFile, certificate);
        if (TokenFile.Length > 0 && FaultOf(() => Token()) is { } token) yield return (TokenFile, token);
    }

    /// <summary>Whether credentials may go to <paramref name="address"/>: over TLS, or without leaving the machine.</summary>
    public bool MayGoTo(string address) => !NeedsTls || address.StartsWith("unix:", StringComparison.Ordinal)
        || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeWss || uri.IsLoopback));

    /// <summary>The token as it stands in its file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">What is there is no token. Says nothing of what is.</exception>
    internal string Token()
    {
        var token = File.ReadAllText(TokenFile).Trim();
        return token.Length > 0 && token.All(c => c is > ' ' and < (char)0x7F) ? token : throw new InvalidDataException("it is empty, or holds more than a token");
    }

    /// <summary>What TLS is told of them.</summary>
    internal SslClientAuthenticationOptions ForTls() => new()
    {
        AllowTlsResume = false, // a resumed session would go on with the certificate before
        RemoteCertificateValidationCallback = AuthoritiesFile.Length > 0 ? IsTrusted : null,
        LocalCertificateSelectionCallback = CertificateFile.Length > 0 ? (_, _, _, _, _) => Certificate() : null,
    };

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is X509Certificate2 shown && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0
        && Authorities().Fault(shown, CertificatePurpose.Server, TimeProvider.System.GetUtcNow(), chain?.ChainElements.Skip(1).Select(element => element.Certificate)) is null;

    private CertificateAuthorities Authorities() => CertificateAuthorities.Parse(File.ReadAllText(AuthoritiesFile));

    private X509Certificate2 Certificate() => X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);

    private static string? FaultOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or InvalidDataException) { return e.Message.TrimEnd('.'); }
    }
}
