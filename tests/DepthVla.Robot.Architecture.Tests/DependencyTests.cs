namespace DepthVla.Robot.Architecture.Tests;

/// <summary>Arrows between projects point one way. Whoever adds one adds it here, and thinks about it.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Settings"] = [],
        ["Metrics"] = [],
        ["Watching"] = [],
        ["Imaging"] = ["Core"],
        ["Contracts"] = ["Core"],
        ["Torch"] = [],
        ["Model"] = ["Core", "Imaging", "Torch"],
        ["Control"] = ["Core"],
        ["Recording"] = ["Contracts", "Control"],
        ["Drivers"] = ["Contracts", "Core", "Imaging"],
        ["Simulation"] = ["Core", "Imaging"],
        ["Data"] = ["Core", "Imaging"],
        ["Learning"] = ["Control", "Core", "Data", "Imaging", "Model", "Simulation", "Torch"],
        ["OpenPi"] = ["Contracts", "Imaging", "Settings"],
        ["Server"] = ["Contracts", "Metrics", "Model", "OpenPi", "Settings", "Watching"],
        ["Daemon"] = ["Contracts", "Control", "Drivers", "Metrics", "OpenPi", "Recording", "Settings", "Simulation", "Watching"],
        ["Benchmarks"] = ["Learning", "Model", "Recording", "Server"],
        ["Tools"] = ["Benchmarks", "Contracts", "Control", "Data", "Learning", "Model", "Recording", "Settings", "Simulation", "Watching"],
    };

    public static TheoryData<string> Projects => [.. Sources.Projects.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfEveryProject_AreAllowed(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is new: say here what it may refer to");
        Assert.Empty(Sources.Projects[project].Except(allowed));
    }

    [Fact]
    public void Allowed_HasNoCircle()
    {
        Assert.NotEmpty(Sources.Projects);
        foreach (var project in Sources.Projects.Keys) Assert.DoesNotContain(project, Sources.Closure(project));
    }

    /// <summary>A robot's computer has no half gigabyte for tensors, and its daemon none of their failures.</summary>
    [Fact]
    public void Daemon_NeverReachesLibtorch()
    {
        Assert.Empty(Sources.Closure("Daemon").Intersect(["Torch", "Model"]));
    }

    /// <summary>Control is arithmetic and a loop: no project with a socket, file or camera is in its reach.</summary>
    [Fact]
    public void Control_ReachesCoreAlone() => Assert.Equal(["Core"], Sources.Closure("Control"));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfEveryProject_FormNoCircle(string project)
    {
        var arrows = Sources.FolderArrows(project);
        foreach (var start in arrows.Keys)
        {
            var (seen, open) = (new HashSet<string>(), new Stack<string>(arrows[start]));
            while (open.TryPop(out var next)) if (seen.Add(next)) foreach (var further in arrows[next]) open.Push(further);
            Assert.False(seen.Contains(start), $"{project}/{start} reaches itself by way of {string.Join(", ", seen)}");
        }
    }
}
