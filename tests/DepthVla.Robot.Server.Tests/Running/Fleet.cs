using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Tests.Running;

/// <summary>What an operator makes to secure a server, in a folder of its own: an authority, the server's certificate, tokens, a list of what was revoked, an audit log.</summary>
internal sealed class Fleet : IDisposable
{
    /// <summary>Tokens by what their bearers may.</summary>
    public const string RobotToken = "robot-1-token-6d5f", ObserverToken = "observer-token-91ac", AdminToken = "admin-token-77b2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-fleet-");

    public Fleet()
    {
        Authority = new(_folder.FullName, "fleet");
        Server = Authority.Server();
        Revoke("# nobody yet");
        Allow(Robot(), Entry("prometheus", ObserverToken, ["observe"]), Entry("operator", AdminToken, ["admin"]));
    }

    public string Folder => _folder.FullName;

    public Authority Authority { get; }

    public Issued Server { get; }

    public string AuditFile => Path.Combine(Folder, "audit.jsonl");

    private string TokensFile => Path.Combine(Folder, "tokens.json");

    private string RevokedFile => Path.Combine(Folder, "revoked.txt");

    /// <summary>TLS, and clients known by certificates, by tokens, or both.</summary>
    public ServerOptions Secure(ServerOptions options, bool certificates = true, bool tokens = true) => options with
    {
        TlsCertificate = Server.Certificate, TlsKey = Server.Key, AuditLog = AuditFile, Tokens = tokens ? TokensFile : "",
        ClientCa = certificates ? Authority.File : "", Revoked = certificates ? RevokedFile : "",
    };

    /// <summary>Robot 1's token, for one robot or for others.</summary>
    public static object Robot(params string[] robots) => Entry("robot-1", RobotToken, ["infer"], robots.Length > 0 ? robots : ["robot-1"]);

    public static object Entry(string name, string token, string[] scopes, string[]? robots = null) =>
        new { name, sha256 = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token))), scopes, robots = robots ?? [] };

    /// <summary>Replaces the file of tokens.</summary>
    public void Allow(params object[] tokens) => Replace(TokensFile, JsonSerializer.Serialize(new { tokens }));

    /// <summary>Replaces the list of certificates that are good no more.</summary>
    public void Revoke(string lines) => Replace(RevokedFile, lines);

    /// <summary>A client that knows the server, and shows a certificate, a token, or neither.</summary>
    public ServiceCredentials Client(Issued? certificate = null, string? token = null)
    {
        var tokenFile = token is null ? "" : Path.Combine(Folder, $"{token}.token");
        if (token is not null) File.WriteAllText(tokenFile, token + "\n");
        return new() { AuthoritiesFile = Authority.File, CertificateFile = certificate?.Certificate ?? "", KeyFile = certificate?.Key ?? "", TokenFile = tokenFile };
    }

    /// <summary>A plain HTTP client of either port, that takes any server and shows a token or none.</summary>
    public static HttpClient Http(string address, string? token = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } })
        {
            BaseAddress = new(address),
        };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return http;
    }

    /// <summary>The audit log so far.</summary>
    public JsonElement[] Audit()
    {
        if (!File.Exists(AuditFile)) return [];
        using var reader = new StreamReader(new FileStream(AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The one line that says so, as soon as it is there.</summary>
    public async Task<JsonElement> AuditedAsync(string act, string? reason = null)
    {
        JsonElement[] found = [];
        await Patience.Until(() => (found = [.. Audit().Where(line => Text(line, "act") == act && (reason is null || Text(line, "reason") == reason))]).Length > 0);
        return found[0];
    }

    public static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;

    public void Dispose()
    {
        Authority.Dispose();
        _folder.Delete(recursive: true);
    }

    // At once, as whoever replaces such a file should.
    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
