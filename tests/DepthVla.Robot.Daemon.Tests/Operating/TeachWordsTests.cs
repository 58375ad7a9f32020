using DepthVla.Robot.Daemon.Operating;

namespace DepthVla.Robot.Daemon.Tests.Operating;

public sealed class TeachWordsTests
{
    [Theory]
    [InlineData("start", "POST", "/teach/start", "")]
    [InlineData("start held --json", "POST", "/teach/start/held", "")]
    [InlineData("start limp", "POST", "/teach/start/limp", "")]
    [InlineData("pose over-block", "POST", "/teach/pose/over-block", "")]
    [InlineData("pose a/b", "POST", "/teach/pose/a%2Fb", "")]
    [InlineData("show", "GET", "/teach", "")]
    [InlineData("show a.json", "GET", "/teach", "a.json")]
    [InlineData("end", "POST", "/teach/end", "")]
    [InlineData("end a.json --robot-id x", "POST", "/teach/end", "a.json")]
    public void Take_EveryForm_IsAskedOfTheDaemon(string line, string method, string path, string file) => Assert.Equal(new(method, path, file), TeachWords.Take(line.Split(' '), out _));

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("begin")]
    [InlineData("start loose")]
    [InlineData("pose")]
    [InlineData("pose a b")]
    [InlineData("end a b")]
    public void Take_AnythingElse_IsNone(string line) => Assert.Null(TeachWords.Take(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), out _));

    [Fact]
    public void Take_Options_AreLeft()
    {
        TeachWords.Take(["end", "a.json", "--robot-id", "x"], out var options);
        Assert.Equal(["--robot-id", "x"], options);
    }
}
