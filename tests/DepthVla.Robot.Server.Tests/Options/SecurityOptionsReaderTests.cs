using System.Collections;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Server.Tests.Options;

public sealed class SecurityOptionsReaderTests : IDisposable
{
    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void Read_BeyondThisMachine_TakesTlsAndKnownCallers_OrAWord()
    {
        string[] tls = ["--tls-certificate", _fleet.Server.Certificate, "--tls-key", _fleet.Server.Key];
        Assert.Equal(["Bind"], Problems("--bind", "0.0.0.0"));
        Assert.Equal(["Bind"], Problems(["--bind", "0.0.0.0", .. tls]));
        Assert.Equal(["Bind"], Problems("--bind", "::", "--tokens", InFolder("tokens.json")));
        Assert.Empty(Problems(["--bind", "0.0.0.0", "--tokens", InFolder("tokens.json"), .. tls]));
        Assert.Empty(Problems(["--bind", "0.0.0.0", "--client-ca", _fleet.Authority.File, .. tls]));
        Assert.Empty(Problems("--bind", "0.0.0.0", "--insecure"));
        Assert.Empty(Problems("--bind", "127.0.0.2"));
        Assert.Contains("--insecure", Read("--bind", "0.0.0.0").Problems.Single().Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TlsKey", "--tls-certificate", "server.crt")]
    [InlineData("TlsCertificate", "--tls-key", "server.key")]
    [InlineData("TlsCertificate", "--tls-certificate", "fleet.pem", "--tls-key", "server.key")]
    [InlineData("TlsCertificate", "--tls-certificate", "tokens.json", "--tls-key", "server.key")]
    [InlineData("ClientCa", "--client-ca", "fleet.pem")]
    [InlineData("ClientCa", "--client-ca", "server.crt", "--tls-certificate", "server.crt", "--tls-key", "server.key")]
    [InlineData("Revoked", "--revoked", "revoked.txt")]
    [InlineData("Revoked", "--revoked", "tokens.json", "--client-ca", "fleet.pem", "--tls-certificate", "server.crt", "--tls-key", "server.key")]
    [InlineData("Tokens", "--tokens", "fleet.pem")]
    [InlineData("Tokens", "--tokens", "no-such-file")]
    [InlineData("AuditLog", "--audit-log", "no-such-folder/audit.jsonl")]
    [InlineData("Socket", "--socket", "policy.sock", "--client-ca", "fleet.pem", "--tls-certificate", "server.crt", "--tls-key", "server.key")]
    public void Read_WhatDoesNotGoTogether_IsRefusedAtStart(string option, params string[] arguments) =>
        Assert.Equal([option], Problems([.. arguments.Select(argument => argument.StartsWith("--", StringComparison.Ordinal) ? argument : InFolder(argument))]));

    [Fact]
    public void Read_PrivateKeyInThePlaceOfAnything_IsNotSaidAloud()
    {
        var key = _fleet.Server.Key;
        var said = string.Join('\n', Read("--tls-certificate", key, "--tls-key", key, "--client-ca", key, "--revoked", key, "--tokens", key).Problems);
        Assert.NotEmpty(said);
        Assert.All(File.ReadLines(key), line => Assert.DoesNotContain(line, said, StringComparison.Ordinal));
    }

    private string InFolder(string name) => Path.Combine(_fleet.Folder, name);

    private string[] Problems(params string[] arguments) => [.. Read(arguments).Problems.Select(problem => problem.Option)];

    private OptionsResult<ServerOptions> Read(params string[] arguments) =>
        ServerOptionsReader.About.Read(["--checkpoint", _fleet.Folder, .. arguments], new Hashtable(), _fleet.Folder, read => ServerOptionsReader.Read(read, development: false));
}
