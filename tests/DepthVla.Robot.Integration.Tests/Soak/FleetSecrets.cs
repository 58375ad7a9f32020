using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Soak;

/// <summary>A fleet's authority, its servers' certificate, and a token for each kind of caller, as docs/securing-a-fleet.md makes them.</summary>
internal sealed class FleetSecrets(string folder)
{
    private const string Key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";

    /// <summary>What a server is told of them.</summary>
    internal string[] ServerOptions => ["--tls-certificate", In("server.crt"), "--tls-key", In("server.key"), "--tokens", In("tokens.json")];

    /// <summary>May ask, command every robot, observe and change models, in turn.</summary>
    internal ServiceCredentials Of(string caller) => new() { AuthoritiesFile = In("ca.crt"), TokenFile = In($"{caller}.token") };

    /// <summary>The same for a tool's command line.</summary>
    internal string[] OptionsOf(string caller) => ["--server-ca", In("ca.crt"), "--token-file", In($"{caller}.token")];

    internal async Task MakeAsync()
    {
        var tokens = "";
        foreach (var (caller, scope) in ((string, string)[])[("robots", "infer"), ("prometheus", "observe"), ("operator", "admin")])
        {
            await ShellAsync($"openssl rand -hex 32 > {caller}.token");
            var hash = await ShellAsync($"tr -d '\\n' < {caller}.token | sha256sum | cut -d' ' -f1");
            tokens += $$"""{{(tokens.Length > 0 ? "," : "")}} { "name": "{{caller}}", "sha256": "{{hash.Trim()}}", "scopes": ["{{scope}}"], "robots": ["*"] }""";
        }

        await File.WriteAllTextAsync(In("tokens.json"), $$"""{ "tokens": [{{tokens}} ] }""", TestContext.Current.CancellationToken);
        await ShellAsync($"openssl req -x509 {Key} -days 2 -subj /CN=fleet -keyout ca.key -out ca.crt");
        await RotateAsync();
    }

    /// <summary>A new certificate with a new key in the place of the servers' old ones.</summary>
    /// <returns>Its serial number, as <see cref="ShownCertificate"/> tells it.</returns>
    internal async Task<string> RotateAsync() => (await ShellAsync($"""
        openssl req {Key} -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext extendedKeyUsage=serverAuth -keyout next.key -out next.csr
        openssl x509 -req -in next.csr -CA ca.crt -CAkey ca.key -copy_extensions copy -days 1 -out next.crt 2>&1
        chmod 600 next.key
        mv next.key server.key
        mv next.crt server.crt
        openssl x509 -in server.crt -noout -serial
        """)).Trim().Split('=')[^1].TrimStart('0');

    private async Task<string> ShellAsync(string commands)
    {
        var (exitCode, output) = await RunningProgram.RunAsync("bash", "-euc", $"cd {folder}; exec 2>errors.txt\n{commands}");
        Assert.True(exitCode == 0, $"{output}\n{await File.ReadAllTextAsync(In("errors.txt"))}");
        return output;
    }

    private string In(string file) => Path.Combine(folder, file);
}
