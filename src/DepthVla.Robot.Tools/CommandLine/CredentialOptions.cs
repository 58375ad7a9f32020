using System.CommandLine;
using DepthVla.Robot.Contracts.Trust;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>The options by which a tool knows a server and is known to it.</summary>
internal sealed class CredentialOptions
{
    private readonly Option<string?> _authorities = File("--server-ca", "with --server https://: the authorities that vouch for it; the machine's own without it");
    private readonly Option<string?> _certificate = File("--client-certificate", "with --server https://: the certificate to show");
    private readonly Option<string?> _key = File("--client-key", "its private key");
    private readonly Option<string?> _token = File("--token-file", "with --server: the bearer token to show, alone in a file");

    internal IEnumerable<Option> All => [_authorities, _certificate, _key, _token];

    /// <exception cref="UsageException">A file cannot be used, or must not go to that address.</exception>
    internal ServiceCredentials Read(ParseResult parsed, string address)
    {
        var credentials = new ServiceCredentials
        {
            AuthoritiesFile = parsed.GetValue(_authorities) ?? "", CertificateFile = parsed.GetValue(_certificate) ?? "", KeyFile = parsed.GetValue(_key) ?? "", TokenFile = parsed.GetValue(_token) ?? "",
        };
        if (credentials.CertificateFile.Length > 0 != credentials.KeyFile.Length > 0) throw new UsageException(new("--client-certificate, --client-key", "both", "one", "say the other, too"));
        foreach (var (file, fault) in credentials.Faults()) throw new UsageException(new(file, "a file that can be used", fault, "see docs/securing-a-fleet.md"));
        return credentials.MayGoTo(address) ? credentials : throw new UsageException(new("--server", "https://, or this machine, where credentials go", address, "say https://, or leave the credentials out"));
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
