using System.Collections;
using System.Net;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Settings;
using FsCheck.Xunit;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Server.Tests.Options;

public sealed class ServerOptionsReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-options-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_OnlyTheCheckpoint_TakesTheDefaults()
    {
        var read = Read(["--checkpoint", _folder]);
        Assert.Empty(read.Problems);
        Assert.Equal(new ServerOptions { Checkpoint = _folder }, read.Options);
    }

    [Fact]
    public void Read_EverySource_TheLaterWins()
    {
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """
            { // a comment
              "DepthVla": { "GrpcPort": 1, "HttpPort": 2, "Threads": 3, "Checkpoint": "/" } }
            """);
        var environment = new Hashtable { ["DEPTHVLA__HTTPPORT"] = "20", ["DEPTHVLA__Threads"] = "30", ["PATH"] = "x" };

        var read = Read(["--threads=300", "--bind", "0.0.0.0", "--insecure", "--reflection", "--log-level", "debug", "--drain-time", "2.5", "--continuation", "guidance", "--engine", "eager", "--products", "float8", "--cores", "0", "--flow-steps", "5", "--depth-every", "2", "--max-batch", "2", "--socket", "policy.sock", "--openpi-port", "--openpi-keys", "droid"], environment);

        Assert.Empty(read.Problems);
        Assert.Equal(
            new ServerOptions
            {
                Checkpoint = "/", GrpcPort = 1, HttpPort = 20, Threads = 300, Bind = IPAddress.Any, Insecure = true, Reflection = true,
                LogLevel = LogLevel.Debug, DrainTime = TimeSpan.FromSeconds(2.5), Continuation = ContinuationMethod.Guidance, Engine = InferenceEngine.Eager, Products = ProductPrecision.Float8, Cores = "0", FlowSteps = 5, DepthEvery = 2, MaxBatch = 2, Socket = "policy.sock", OpenpiPort = 8000, OpenpiKeys = ObservationKeys.Known["droid"],
            },
            read.Options);
    }

    [Fact]
    public void Read_GraphsOnTheCpu_AreRefusedWithARemedy()
    {
        var problem = Assert.Single(Read(["--checkpoint", _folder, "--engine", "graph"]).Problems);
        Assert.Equal("Engine", problem.Option);
        Assert.Contains("--device cuda:0", problem.Remedy, StringComparison.Ordinal);
        Assert.Empty(Read(["--checkpoint", _folder, "--engine", "graph", "--device", "cuda:0"]).Problems);
    }

    [Fact]
    public void Read_EverythingWrong_ListsEveryProblemAtOnce()
    {
        var environment = new Hashtable { ["DEPTHVLA__THREADS"] = "many", ["DEPTHVLA__BIND"] = "everywhere" };

        var problems = Read(["--checkpoint", "/does/not/exist", "--device", "gpu", "--grpc-prt", "1", "--http-port", "65536", "--drain-time", "-1", "--continuation", "hope", "--engine", "steam", "--cores", "0-1000", "--socket", "/does/not/exist/policy.sock", "stray"], environment).Problems;

        Assert.Equal(
            ["--grpc-prt", "Bind", "Checkpoint", "Continuation", "Cores", "Device", "DrainTime", "Engine", "HttpPort", "Socket", "Threads", "command line"],
            problems.Select(p => p.Option).Order(StringComparer.Ordinal));
        Assert.Contains("did you mean GrpcPort?", problems.Single(p => p.Option == "--grpc-prt").Remedy, StringComparison.Ordinal);
        Assert.Equal("'many' (from DEPTHVLA__THREADS)", problems.Single(p => p.Option == "Threads").Actual);
        Assert.Equal("cpu or cuda:N", problems.Single(p => p.Option == "Device").Expected);
    }

    [Fact]
    public void Read_FileOfKeys_IsReadAndEveryProblemNamed()
    {
        var file = Path.Combine(_folder, "keys.json");
        File.WriteAllText(file, """{ "images": ["images.cam_high"], "state": ["q"], }""");
        var keys = Read(["--checkpoint", "/", "--openpi-keys", file]).Options.OpenpiKeys;
        Assert.Equal(("images.cam_high", "q", "prompt"), (Assert.Single(keys.Images), Assert.Single(keys.State), keys.Prompt));

        File.WriteAllText(file, """{ "images": [], "stat": ["q"], "prompt": 1 }""");
        Assert.Equal(
            [$"{file}: images", $"{file}: prompt", $"{file}: stat", $"{file}: state"],
            Read(["--checkpoint", "/", "--openpi-keys", file]).Problems.Select(problem => problem.Option).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_OpenpiPortOfAnother_IsAProblem() =>
        Assert.Equal("OpenpiPort", Assert.Single(Read(["--checkpoint", "/", "--openpi-port", "8080"]).Problems).Option);

    [Fact]
    public void Read_NoCheckpoint_SaysHowToGiveOne() =>
        Assert.Equal("Checkpoint: expected an existing folder, got nothing; say --checkpoint FOLDER, or --model NAME=FOLDER for each of several", Assert.Single(Read([]).Problems).ToString());

    [Fact]
    public void Read_SeveralModels_AreServedInOrderBehindTheCheckpoint()
    {
        NamedCheckpoint[] named = [new("pick", _folder), new("place-2", "/"), new("stack", "/tmp")];
        var read = Read(["--model", $"pick={_folder}, place-2=/", "--model", "stack=/tmp"]);
        Assert.Empty(read.Problems);
        Assert.Equal(named, read.Options.Checkpoints);

        read = Read(["--checkpoint", "/"], new Hashtable { ["DEPTHVLA__MODEL"] = $"pick={_folder},place-2=/,stack=/tmp" });
        Assert.Empty(read.Problems);
        Assert.Equal([new("default", "/"), .. named], read.Options.Checkpoints);
        Assert.Equal(named[1..2], Read(["--checkpoint", "", "--model", "place-2=/"], new Hashtable { ["DEPTHVLA__MODEL"] = "pick=/" }).Options.Checkpoints);   // the later wins as a whole
    }

    [Fact]
    public void Read_ModelsThatCannotBe_AreAllNamedAtOnce()
    {
        var problems = Read(["--checkpoint", "/", "--model", "pick=/does/not/exist,/tmp,a b=/,=/", "--model", "twice=/,twice=/tmp,default=/tmp"]).Problems;
        Assert.Equal(6, problems.Length);
        Assert.All(problems, problem => Assert.Equal("Model", problem.Option));
        foreach (var wrong in (string[])["'pick=/does/not/exist'", "'/tmp'", "'a b=/'", "'=/'"]) Assert.Single(problems, problem => problem.Actual == $"{wrong} (from --model)");
        Assert.Single(problems, problem => problem.Actual == "'twice' for / and /tmp");
        Assert.Single(problems, problem => problem.Actual == "'default' for / and /tmp" && problem.Remedy.Contains("--checkpoint", StringComparison.Ordinal));
        Assert.Equal("Checkpoint", Assert.Single(Read(["--checkpoint", ""]).Problems).Option);
    }

    [Fact]
    public void Read_OnePortForBoth_IsAProblem() =>
        Assert.Equal("HttpPort", Assert.Single(Read(["--checkpoint", "/", "--http-port", "50051"]).Problems).Option);

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{ \"DepthVla\": 7 }")]
    public void Read_FileThatIsNoConfiguration_IsAProblemOrIgnored(string content)
    {
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), content);
        Assert.Equal(content == "[]" ? 0 : 1, Read(["--checkpoint", "/"]).Problems.Length);
    }

    [Fact]
    public void Read_TheShippedFile_HoldsTheDefaults()
    {
        var read = Read(["--checkpoint", _folder], directory: AppContext.BaseDirectory);
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "appsettings.json")));
        Assert.Equal(new ServerOptions { Checkpoint = _folder }, read.Options);
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void Read_Development_TurnsReflectionOn() =>
        Assert.True(Read(["--checkpoint", _folder], development: true).Options.Reflection);

    [Fact]
    public void Help_NamesEveryOption()
    {
        var help = Read([]).Help;
        Assert.All(typeof(ServerOptions).GetProperties().Where(p => p.CanWrite), p => Assert.Contains(OptionReader.Switch(p.Name), help, StringComparison.Ordinal));
    }

    [Property]
    public void Read_AnyArguments_NeverThrows(string?[] arguments) => Read([.. arguments.Select(a => a ?? "")]);

    private OptionsResult<ServerOptions> Read(string[] arguments, IDictionary? environment = null, string? directory = null, bool development = false) =>
        ServerOptionsReader.About.Read(arguments, environment ?? new Hashtable(), directory ?? _folder, read => ServerOptionsReader.Read(read, development));
}
