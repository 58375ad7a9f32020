using System.Security.Cryptography;
using System.Text;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Security;

/// <summary>What both programs write, at their most talkative.</summary>
public sealed class SecretsTests : ProgramTest
{
    [Fact]
    public async Task Run_EveryLevelLogged_NoSecretIsWritten()
    {
        const string Token = "sesame-0a1b2c3d4e5f", Wrong = "not-sesame-998877";
        var (token, wrong, tokens) = (Write("token", Token), Write("wrong", Wrong), Write("tokens.json", $$"""
            { "tokens": [ { "name": "arm", "sha256": "{{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Token)))}}", "scopes": ["infer"], "robots": ["*"] } ] }
            """));
        await using var server = await PolicyServer.StartAsync(Places.TinyCheckpoint, RunningProgram.Patience, 0, "--tokens", tokens, "--log-level", "trace");
        var (refused, said) = await CheckAsync(wrong);
        var (fine, saidThen) = await CheckAsync(token);
        Assert.True((refused, fine) == (1, 0), said + saidThen);
        await server.LineAsync("Audit .*TOKEN_REFUSED");
        Assert.Contains("Microsoft.AspNetCore", server.Output, StringComparison.Ordinal); // it was talkative
        Assert.All((string[])[Token, Wrong], secret => Assert.DoesNotContain(secret, server.Output + said + saidThen, StringComparison.Ordinal));

        Task<(int ExitCode, string Output)> CheckAsync(string file) =>
            RunningProgram.RunAsync(Places.Program("Daemon", "depthvla-daemon"), "check", "--server", server.Address, "--token-file", file);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
