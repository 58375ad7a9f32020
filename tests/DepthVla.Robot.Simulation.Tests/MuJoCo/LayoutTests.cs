using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Tests.MuJoCo;

public sealed class LayoutTests
{
    private const string Small = "version 0 222\nsizeof.mjData 0 41176\nmjData.qpos 40376 8\nconst mjRND_SHADOW=0 mjOBJ_BODY=1\n";

    [Fact]
    public void Parse_SmallTable_FindsEveryRow()
    {
        var layout = Layout.Parse(Small, "small");

        Assert.Equal(222, layout.Version);
        Assert.Equal(41176, layout.SizeOf("mjData"));
        Assert.Equal(new FieldOffset(40376, 8), layout["mjData.qpos"]);
        Assert.Equal(1, layout.Constant("mjOBJ_BODY"));
    }

    [Theory]
    [InlineData("version 0 222\nmjData.qpos 40376\n", "line 2")]
    [InlineData("version 0 222\nmjData.qpos forty 8\n", "line 2")]
    [InlineData("version 0 222\nmjData.qpos -4 8\n", "line 2")]
    [InlineData("version 0 222\nconst mjRND_SHADOW\n", "line 2")]
    [InlineData("version 0 222\na 0 1\na 0 1\n", "line 3")]
    [InlineData("mjData.qpos 40376 8\n", "version")]
    [InlineData("", "version")]
    public void Parse_BrokenTable_SaysWhere(string text, string where) =>
        Assert.Contains(where, Assert.Throws<FormatException>(() => Layout.Parse(text, "broken")).Message, StringComparison.Ordinal);

    [Fact]
    public void Indexer_MissingRow_NamesIt() =>
        Assert.Contains("mjData.ctrl", Assert.Throws<FormatException>(() => Layout.Parse(Small, "small")["mjData.ctrl"]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("2.2.2", 222)]
    [InlineData("3.3.7", 337)]
    [InlineData("3.9.0", 3009000)]
    [InlineData("3.12.0", 3012000)]
    public void For_SupportedVersion_IsItsOwnTable(string release, int version)
    {
        var table = LayoutTables.For(version);

        Assert.Contains(release, LayoutTables.Releases);
        Assert.Equal(version, table.Version);
    }

    [Theory]
    [InlineData(221)]
    [InlineData(231)]
    [InlineData(3012001)]
    public void For_UnknownVersion_SaysWhatIsSupportedAndHowToAddOne(int version)
    {
        var message = Assert.Throws<SimulatorUnavailableException>(() => LayoutTables.For(version)).Message;

        Assert.Contains($"version {version}", message, StringComparison.Ordinal);
        Assert.Contains("2.2.2, 3.3.7, 3.9.0, 3.12.0", message, StringComparison.Ordinal);
        Assert.Contains("gen_layout.c", message, StringComparison.Ordinal);
    }
}
