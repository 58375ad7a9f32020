using System.Net;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Trust;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Server.Options;

/// <summary>Declares the options that say who is trusted, and refuses what would be open to strangers without anybody's having said so.</summary>
internal static class SecurityOptionsReader
{
    private const string Pem = "a PEM file", Remedy = "see docs/securing-a-fleet.md";

    /// <summary>What is said of trust, on top of <paramref name="options"/>.</summary>
    public static ServerOptions Read(OptionReader read, ServerOptions options)
    {
        options = options with
        {
            TlsCertificate = File(read, nameof(ServerOptions.TlsCertificate), options.TlsCertificate, Pem, "the server's certificate, and those of authorities in between: TLS on both ports"),
            TlsKey = File(read, nameof(ServerOptions.TlsKey), options.TlsKey, Pem, "its private key"),
            ClientCa = File(read, nameof(ServerOptions.ClientCa), options.ClientCa, Pem, "authorities whose certificates make clients known: CN is the robot, each O a scope", text => ClientCertificates.Parse(text)),
            Revoked = File(read, nameof(ServerOptions.Revoked), options.Revoked, "a text file", "serial numbers or SHA-256 fingerprints of clients' certificates that are good no more, one a line", text => RevokedCertificates.Parse(text)),
            Tokens = File(read, nameof(ServerOptions.Tokens), options.Tokens, "a JSON file", "bearer tokens that make clients known, each by its SHA-256, with scopes and robots", text => TokenFile.Parse(text)),
            AuditLog = read.Text(nameof(ServerOptions.AuditLog), options.AuditLog, "a file that can be written", "where refused and administrative calls are written as JSON lines; empty for the log", IsWritable),
            Insecure = read.Flag(nameof(ServerOptions.Insecure), options.Insecure, "serve other machines though strangers may listen or call: for networks that are trusted as a whole"),
        };
        foreach (var problem in Contradictions(options)) read.Refuse(problem);
        return options;
    }

    private static IEnumerable<SettingProblem> Contradictions(ServerOptions options)
    {
        if (options.TlsCertificate.Length > 0 != options.TlsKey.Length > 0)
        {
            var (there, missing) = options.TlsKey.Length == 0 ? (nameof(ServerOptions.TlsCertificate), nameof(ServerOptions.TlsKey)) : (nameof(ServerOptions.TlsKey), nameof(ServerOptions.TlsCertificate));
            yield return new(missing, $"a file, with {OptionReader.Switch(there)}", "nothing", $"say {OptionReader.Switch(missing)} FILE");
        }
        else if (options.TlsCertificate.Length > 0 && FaultOf(() => ServerIdentity.Parse(Text(options.TlsCertificate), Text(options.TlsKey), askClients: false)) is { } fault)
        {
            yield return new(nameof(ServerOptions.TlsCertificate), "a certificate and its key", $"{options.TlsCertificate}, {options.TlsKey}: {fault}", Remedy);
        }

        if (options.ClientCa.Length > 0 && options.TlsCertificate.Length == 0) yield return new(nameof(ServerOptions.ClientCa), "TLS, in which clients show certificates", "none", "say --tls-certificate FILE --tls-key FILE");
        if (options.Revoked.Length > 0 && options.ClientCa.Length == 0) yield return new(nameof(ServerOptions.Revoked), "clients that are known by certificates", "none", "say --client-ca FILE, or leave it out");
        if (options.Socket.Length > 0 && options.ClientCa.Length > 0 && options.Tokens.Length == 0)
        {
            yield return new(nameof(ServerOptions.Socket), "tokens, where callers must be known: there are no certificates on a socket", "none", "say --tokens FILE, too");
        }

        if (!IPAddress.IsLoopback(options.Bind) && !options.Insecure && !(options.TlsCertificate.Length > 0 && options.KnowsCallers))
        {
            yield return new(nameof(ServerOptions.Bind), "TLS, and callers that are known, for an address beyond this machine", options.TlsCertificate.Length > 0 ? $"{options.Bind}, and callers that are not known" : $"{options.Bind} in clear text",
                "say --tls-certificate FILE --tls-key FILE and --client-ca FILE or --tokens FILE; or --insecure, on a network that is trusted as a whole");
        }
    }

    private static string File(OptionReader read, string name, string fallback, string values, string meaning, Action<string>? parse = null)
    {
        var path = read.Text(name, fallback, values, meaning, System.IO.File.Exists);
        if (path.Length > 0 && FaultOf(() => parse?.Invoke(Text(path))) is { } fault) read.Refuse(new(name, values, $"{path}: {fault}", Remedy));
        return path;
    }

    private static string? FaultOf(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception e) when (TrustFault.Of(e) is { } fault) { return fault; }
    }

    private static bool IsWritable(string path) => path.Length == 0 || FaultOf(() => AuditLog.Open(path).Dispose()) is null;

    private static string Text(string path) => System.IO.File.ReadAllText(path);
}
