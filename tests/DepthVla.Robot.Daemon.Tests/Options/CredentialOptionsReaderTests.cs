using System.Collections;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Tests.Options;

public sealed class CredentialOptionsReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-credentials-");
    private readonly string _certificate, _key, _token;

    public CredentialOptionsReaderTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var own = new CertificateRequest("CN=arm-1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        (_certificate, _key, _token) = (Write("arm-1.crt", own.ExportCertificatePem()), Write("arm-1.key", key.ExportPkcs8PrivateKeyPem()), Write("arm-1.token", "secret\n"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_EveryFile_IsTaken()
    {
        var read = Read("--server", "https://gpu-1:50051,unix:/run/policy.sock", "--server-ca", _certificate, "--client-certificate", _certificate, "--client-key", _key, "--token-file", _token);
        Assert.Empty(read.Problems);
        Assert.Equal(new ServiceCredentials { AuthoritiesFile = _certificate, CertificateFile = _certificate, KeyFile = _key, TokenFile = _token }, read.Options.Credentials);
    }

    [Theory]
    [InlineData("http://gpu-1:50051")]
    [InlineData("https://gpu-1:50051,http://10.0.0.2:50051")]
    public void Read_CredentialsInClearText_AreRefusedAtStart(string server)
    {
        Assert.Equal("Server", Assert.Single(Read("--server", server, "--token-file", _token).Problems).Option);
        Assert.Empty(Read("--server", server).Problems);
        Assert.Empty(Read("--server", "http://127.0.0.1:50051", "--token-file", _token).Problems);
    }

    [Theory]
    [InlineData("wss://gpu-1:8000", false)]
    [InlineData("ws://127.0.0.1:8000", false)]
    [InlineData("ws://10.0.0.2:8000", true)]
    public void Read_CredentialsForAWebSocket_GoOverTlsOrWithinThisMachine(string server, bool refused) =>
        Assert.Equal(refused, Read("--server", server, "--token-file", _token).Problems.Any(problem => problem.Option == "Server"));

    [Fact]
    public void Read_FilesThatAreOfNoUse_AreNamedAndNotShown()
    {
        var empty = Write("empty", "");
        var problems = Read("--server-ca", _token, "--client-certificate", _certificate, "--client-key", _token, "--token-file", empty).Problems;
        Assert.Equal([_token, _certificate, empty], problems.Select(problem => problem.Option));
        Assert.DoesNotContain("secret", string.Join('\n', problems), StringComparison.Ordinal);
        Assert.Equal("ClientKey", Assert.Single(Read("--client-certificate", _certificate).Problems).Option);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private OptionsResult<DaemonOptions> Read(params string[] arguments) =>
        DaemonOptionsReader.About.Read(["--operator-socket", Path.Combine(_folder.FullName, "o.sock"), .. arguments], new Hashtable(), _folder.FullName, DaemonOptionsReader.Read);
}
