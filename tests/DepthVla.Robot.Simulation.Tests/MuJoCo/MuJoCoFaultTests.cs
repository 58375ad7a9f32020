using System.Diagnostics;
using System.Runtime.CompilerServices;
using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Tests.MuJoCo;

public sealed class MuJoCoFaultTests
{
    private const string Variable = "DEPTHVLA_TEST_FAULT";

    [Fact]
    public async Task Error_InsideMuJoCo_IsSaidAndEndsTheProcessWithItsCode()
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(MuJoCoFaultTests).Assembly.Location, null))
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { [Variable] = "1" },
        };
        using var child = Process.Start(start)!;
        child.StandardInput.Close(); // MuJoCo's own handler would wait here for Enter
        var said = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Faults.ExitCode, child.ExitCode);
        Assert.Contains("MuJoCo error", said, StringComparison.Ordinal);
        Assert.Contains("OpenGL", said, StringComparison.Ordinal);
    }

    // The child: asks for an OpenGL context where there is none, which is an error inside MuJoCo, before any test starts.
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "This is the child's whole program.")]
    internal static unsafe void Fail()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) return;
        using var model = MjModel.Load("<mujoco/>");
        var context = stackalloc byte[model.Layout.SizeOf("mjrContext")];
        MuJoCoApi.mjr_defaultContext(context);
        MuJoCoApi.mjr_makeContext(model.Handle, context, 50);
        Environment.Exit(0);
    }
}
