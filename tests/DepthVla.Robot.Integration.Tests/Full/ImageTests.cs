using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Full;

/// <summary>The container images, built on a bare Debian, and what is in them, run: a robot against a server.</summary>
[Trait("Size", "Full")]
[Collection(nameof(Alone))]
public sealed class ImageTests : ProgramTest
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(40);

    [Fact]
    public async Task Images_BuiltByBuildah_DriveASimulatedArm()
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("buildah") && Environment.UserName == "root", "needs buildah and debootstrap, as root");
        await using var trying = new RunningProgram(Places.InRepository("docker", "try-with-buildah.sh"));
        Assert.True(await trying.ExitAsync(Long) == 0, trying.Output);
        Assert.Contains("no limit violated", trying.Output, StringComparison.Ordinal);
    }
}
