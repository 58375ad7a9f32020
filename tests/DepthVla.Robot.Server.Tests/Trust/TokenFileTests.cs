using System.Security.Cryptography;
using System.Text;
using DepthVla.Robot.Server.Trust;
using FsCheck.Xunit;

namespace DepthVla.Robot.Server.Tests.Trust;

public sealed class TokenFileTests
{
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("secret")));

    [Fact]
    public void Find_KnownToken_IsItsBearer()
    {
        var tokens = TokenFile.Parse($$"""{ "tokens": [ { "name": "arm", "sha256": "{{Hash}}", "scopes": ["infer", "observe"], "robots": ["a", "b"] } ] }""");
        var caller = tokens.Find("secret")!;
        Assert.Equal(("arm", "token"), (caller.Name, caller.KnownBy));
        Assert.Equal([Scope.Infer, Scope.Observe], caller.Scopes);
        Assert.True(caller.MayCommand("a") && caller.MayCommand("b") && !caller.MayCommand("c") && !caller.MayCommand("A") && !caller.May(Scope.Admin));
        Assert.Null(tokens.Find("Secret"));
        Assert.Null(tokens.Find(Hash)); // who read the file has no token
        Assert.Null(tokens.Find(""));
    }

    [Theory]
    [InlineData("""{ "name": "n", "sha256": "HASH", "scopes": ["infer"] }""", 0)]
    [InlineData("""{ "name": "n", "sha256": "HASH", "scopes": ["infer"], "robots": ["*"] }""", 1)]
    public void MayCommand_NoRobotsNamed_IsNone(string entry, int any) =>
        Assert.Equal(any == 1, TokenFile.Parse($"{{ \"tokens\": [ {entry.Replace("HASH", Hash, StringComparison.Ordinal)} ] }}").Find("secret")!.MayCommand("robot-1"));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "HASH", "scopes": ["infer"], "robot": ["a"] } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "HASH" } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "HASH", "scopes": [] } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "HASH", "scopes": ["none"] } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "HASH", "scopes": ["root"] } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "secret", "scopes": ["infer"] } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "", "sha256": "HASH", "scopes": ["infer"] } ] }""")]
    [InlineData("""{ "tokens": [ { "name": "n", "sha256": "HASH", "scopes": ["infer"] }, { "name": "m", "sha256": "HASH", "scopes": ["admin"] } ] }""")]
    public void Parse_AnythingElse_IsRefusedWithoutSayingWhatIsSecret(string json)
    {
        var message = Assert.Throws<InvalidDataException>(() => TokenFile.Parse(json.Replace("HASH", Hash, StringComparison.Ordinal))).Message;
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Hash, message, StringComparison.Ordinal);
    }

    [Property]
    public void Parse_AnyText_ThrowsNothingElse(string? text) => Record.Exception(() => TokenFile.Parse(text ?? "")).IsFault();
}
