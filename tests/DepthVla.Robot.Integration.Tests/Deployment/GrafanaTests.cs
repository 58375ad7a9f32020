using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>The dashboards that ship are the ones that the code's names make. <c>DEPTHVLA_UPDATE=1</c> writes them anew.</summary>
public sealed class GrafanaTests
{
    public static TheoryData<string> Files => [.. FleetDashboards.All.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_AsCommitted_IsWhatTheNamesMake(string file)
    {
        var path = Places.InRepository("deploy", "grafana", file);
        if (Environment.GetEnvironmentVariable("DEPTHVLA_UPDATE") == "1") File.WriteAllText(path, FleetDashboards.All[file]);
        Assert.Equal(FleetDashboards.All[file], File.ReadAllText(path));
    }
}
