using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Tests.MuJoCo;

public sealed class MuJoCoLibraryTests
{
    [Theory]
    [InlineData("/nowhere/libmujoco.so")]
    [InlineData("libc.so.6")]
    public void Load_NamedFileMissingOrAnotherLibrary_NamesFileAndVariable(string path)
    {
        var message = Assert.Throws<SimulatorUnavailableException>(() => MuJoCoLibrary.Load(path)).Message;

        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("MUJOCO_LIBRARY", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoReleaseInstalled_NamesPackageAndVariable()
    {
        var message = Assert.Throws<SimulatorUnavailableException>(() => MuJoCoLibrary.Find(["0.0.1"])).Message;

        Assert.Contains("apt-get install libmujoco2.2.2", message, StringComparison.Ordinal);
        Assert.Contains("MUJOCO_LIBRARY", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mjModel.cam_fovy 1816 8", "mjModel.cam_fovy 1776 8", "FieldOfView")]
    [InlineData("mjModel.opt.gravity 280 24", "mjModel.opt.gravity 288 24", "Gravity")]
    [InlineData("mjModel.nu 8 4", "mjModel.nu 4 4", "ActuatorCount")]
    [InlineData("mjData.qfrc_bias 40976 8", "mjData.qfrc_bias 41088 8", "BiasForces")]
    [InlineData("mjData.ctrl 40408 8", "mjData.ctrl 40416 8", "Velocities")]
    public void SelfCheck_WrongOffset_IsRefusedAndNamed(string row, string wrong, string what)
    {
        var table = Resource("layout_2.2.2.txt");
        Assert.Contains(row, table, StringComparison.Ordinal);
        _ = MuJoCoLibrary.Layout;

        var message = Assert.Throws<SimulatorUnavailableException>(
            () => SelfCheck.Run(Layout.Parse(table.Replace(row, wrong, StringComparison.Ordinal), "wrong"))).Message;

        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_BrokenXml_SaysWhatMuJoCoSays()
    {
        var message = Assert.Throws<FormatException>(() => MjModel.Load("<mujoco><worldbody><body></mujoco>")).Message;

        Assert.Contains("XML", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_UnknownName_NamesIt()
    {
        using var model = MjModel.Load("<mujoco/>");

        Assert.Contains("'wheel'", Assert.Throws<ArgumentException>(() => model.Joint("wheel")).Message, StringComparison.Ordinal);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Layout).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
