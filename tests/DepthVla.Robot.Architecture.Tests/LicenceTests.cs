using System.Diagnostics;

namespace DepthVla.Robot.Architecture.Tests;

/// <summary>Nothing ships whose licence was not looked at.</summary>
public sealed class LicenceTests
{
    [Fact]
    public async Task Packages_OfEveryProgram_AreUnderAnAllowedLicence()
    {
        using var table = Process.Start(new ProcessStartInfo("python3", [Path.Combine(Sources.Root, "eng", "licences.py")]) { RedirectStandardOutput = true })!;
        var output = await table.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await table.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(table.ExitCode == 0, output);
        Assert.Contains("Google.Protobuf ", output, StringComparison.Ordinal); // not an empty table
    }
}
