using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Options;

/// <summary>Declares the options by which the daemon knows its servers and is known to them.</summary>
internal static class CredentialOptionsReader
{
    private const string ServerCa = nameof(ServerCa), ClientCertificate = nameof(ClientCertificate), ClientKey = nameof(ClientKey), TokenFile = nameof(TokenFile);
    private const string Pem = "a PEM file";

    /// <param name="read">Where to read from.</param>
    /// <param name="servers">Where the credentials will go.</param>
    public static ServiceCredentials Read(OptionReader read, IReadOnlyList<string> servers)
    {
        var credentials = new ServiceCredentials
        {
            AuthoritiesFile = read.Text(ServerCa, "", Pem, "the authorities that vouch for https:// servers; the machine's own without it", File.Exists),
            CertificateFile = read.Text(ClientCertificate, "", Pem, "the certificate that this robot shows to its server; CN is its --robot-id", File.Exists),
            KeyFile = read.Text(ClientKey, "", Pem, "its private key", File.Exists),
            TokenFile = read.Text(TokenFile, "", "a file", "the bearer token that this robot shows to its server, alone in a file", File.Exists),
        };
        if (credentials.CertificateFile.Length > 0 != credentials.KeyFile.Length > 0)
        {
            var (there, missing) = credentials.KeyFile.Length == 0 ? (ClientCertificate, ClientKey) : (ClientKey, ClientCertificate);
            read.Refuse(new(missing, $"a file, with {OptionReader.Switch(there)}", "nothing", $"say {OptionReader.Switch(missing)} FILE"));
            return credentials;
        }

        foreach (var (file, fault) in credentials.Faults()) read.Refuse(new(file, "a file that can be used", fault, "see docs/securing-a-fleet.md"));
        foreach (var server in servers.Where(server => !credentials.MayGoTo(server)))
        {
            read.Refuse(new(nameof(DaemonOptions.Server), "https:// or wss://, or this machine, where credentials go", Addresses.WithoutUser(server), "say https:// or wss://, or leave the credentials out"));
        }

        return credentials;
    }
}
