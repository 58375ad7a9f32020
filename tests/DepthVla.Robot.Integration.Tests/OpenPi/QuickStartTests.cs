using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.OpenPi;

/// <summary>The examples of clients that the documentation has, as their first lines say to run them.</summary>
public sealed class QuickStartTests : ProgramTest
{
    private const string Answer = @"depthvla-tiny: 8 steps of 7 numbers, 100 ms apart\n(( +-?\d\.\d{4}){7}\n?){8}$";

    [Fact]
    public async Task Python_OneObservation_PrintsTheChunk()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        var (exitCode, output) = await RunningProgram.RunAsync("/usr/bin/python3", Places.Example("infer.py"), new Uri(server.Address).Authority, "touch the red block");
        Assert.True(exitCode == 0, output);
        Assert.Matches(Answer, output);
    }

    [Fact]
    [Trait("Size", "Full")]
    public async Task Cpp_OneObservation_PrintsTheChunk()
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("grpc_cpp_plugin") && RunningProgram.IsInstalled("g++") && RunningProgram.IsInstalled("pkg-config"), "g++, pkg-config, libgrpc++-dev or protobuf-compiler-grpc is missing");
        var program = Path.Combine(Folder, "infer");
        await using var building = new RunningProgram(Places.Example("build-infer.sh"), program);
        Assert.True(await building.ExitAsync(TimeSpan.FromMinutes(10)) == 0, building.Output);
        await using var server = await PolicyServer.StartTinyAsync();
        var (exitCode, output) = await RunningProgram.RunAsync(program, new Uri(server.Address).Authority, "touch the red block");
        Assert.True(exitCode == 0, output);
        Assert.Matches(Answer, output);
    }
}
