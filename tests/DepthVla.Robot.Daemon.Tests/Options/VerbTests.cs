using System.Collections;
using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Tests.Options;

public sealed class VerbTests
{
    [Theory]
    [InlineData("", "Run", 0)]
    [InlineData("--seconds 3", "Run", 2)]
    [InlineData("run --seconds 3", "Run", 2)]
    [InlineData("check", "Check", 0)]
    [InlineData("status --json", "Status", 1)]
    [InlineData("arm", "Arm", 0)]
    [InlineData("hold", "Hold", 0)]
    [InlineData("stop", "Stop", 0)]
    [InlineData("teach pose home", "Teach", 2)]
    public void TryTake_CommandLine_SplitsOffTheVerb(string line, string verb, int options)
    {
        Assert.True(Verbs.TryTake(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var taken, out var rest));
        Assert.Equal((verb, options), ($"{taken}", rest.Length));
    }

    [Theory]
    [InlineData("dance")]
    [InlineData("3")]
    [InlineData("stop,hold")]
    public void TryTake_OtherWord_IsNone(string word) => Assert.False(Verbs.TryTake([word], out _, out _));

    [Theory]
    [InlineData("", "Armed")]
    [InlineData("--arm mirror --cameras a=/dev/video0 --instruction wave", "Armed")]
    [InlineData("--arm ur5e --arm-host a --cameras a=/dev/video0 --instruction wave", "Idle")]
    [InlineData("--arm ur5e --arm-host a --cameras a=/dev/video0 --instruction wave --start armed", "Armed")]
    public void Start_LeftToTheArm_IsIdleWhereItIsReal(string line, string start)
    {
        var read = DaemonOptionsReader.About.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Hashtable(), "/nowhere", DaemonOptionsReader.Read);
        Assert.Empty(read.Problems);
        Assert.Equal(start, $"{read.Options.Start}");
    }

    /// <summary>Options of a run stand in the same file and environment; a misspelt one is still named.</summary>
    [Fact]
    public void Read_OperatorsOptions_FindTheDaemonsSocketAndOverlookTheRest()
    {
        var environment = new Hashtable { ["DEPTHVLA__ARM"] = "ur5e", ["DEPTHVLA__CONTROL_RATE"] = "250", ["DEPTHVLA__SERVR"] = "x" };
        var asked = OperatorOptions.About.Read(["--json"], environment, "/nowhere", OperatorOptions.Read);
        Assert.Contains("SERVR", Assert.Single(asked.Problems).ToString(), StringComparison.Ordinal);
        Assert.True(asked.Options.Json);
        Assert.EndsWith("/depthvla-ur5e.sock", asked.Options.OperatorSocket, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench 7/left", "depthvla-bench-7-left.sock")]
    [InlineData("Ürsula", "depthvla--rsula.sock")]
    public void OperatorSocket_OfARobotsName_IsAFileName(string robotId, string file)
    {
        var asked = OperatorOptions.About.Read(["--robot-id", robotId], new Hashtable(), "/nowhere", OperatorOptions.Read);
        Assert.Empty(asked.Problems);
        Assert.Equal(file, Path.GetFileName(asked.Options.OperatorSocket));
    }

    [Fact]
    public void OperatorSocket_LongerThanTheKernelTakes_IsRefused() =>
        Assert.Contains("at most 107 bytes", Assert.Single(OperatorOptions.About.Read(["--operator-socket", $"/{new string('a', 107)}"], new Hashtable(), "/nowhere", OperatorOptions.Read).Problems).Expected, StringComparison.Ordinal);
}
