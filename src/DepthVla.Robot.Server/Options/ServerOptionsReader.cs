using System.Text;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Server.Options;

/// <summary>Declares every option of the server with default, range and meaning.</summary>
internal static class ServerOptionsReader
{
    private const string Auto = "auto";

    public static ProgramOptions About { get; } = new(
        "depthvla-server", "serves action chunks of a DepthVLA policy to robots.", "{--checkpoint FOLDER | --model NAME=FOLDER ...} [--option value ...]");

    /// <param name="read">Where to read from.</param>
    /// <param name="development">Whether this is a developer's machine.</param>
    public static ServerOptions Read(OptionReader read, bool development)
    {
        var defaults = new ServerOptions { Checkpoint = "" };
        var options = new ServerOptions
        {
            Checkpoint = read.Text(nameof(ServerOptions.Checkpoint), defaults.Checkpoint, "an existing folder", "the checkpoint to serve. Empty where --model names them all", text => Directory.Exists(text) || (text.Length == 0 && read.IsSet(nameof(ServerOptions.Model)))),
            Model = read.List(nameof(ServerOptions.Model), "NAME=FOLDER, the name of letters, digits, '.', '_' and '-', and an existing folder", "a checkpoint to serve by name; several with commas between, or say it again", Named),
            Models = read.Text(nameof(ServerOptions.Models), defaults.Models, "an existing folder", "the folder below which administrators may load other checkpoints (depthvla model load). Empty for none", text => text.Length == 0 || Directory.Exists(text)),
            Device = read.Text(nameof(ServerOptions.Device), defaults.Device, "cpu or cuda:N", "where to run the model", IsDevice),
            Threads = read.Int32(nameof(ServerOptions.Threads), defaults.Threads, 0, 1024, "threads for arithmetic on the CPU; 0 takes half the cores: the robots' traffic needs some too"),
            Cores = read.Text(nameof(ServerOptions.Cores), defaults.Cores, $"numbers as in 0-3,6, of {string.Join(',', CpuCores.Allowed)}", "the cores that inference computes on, so that a robot's loop on this machine has the others; pictures are decoded on any. Empty for all", text => text.Length == 0 || CpuCores.Parse(text) is { } cores && cores.All(CpuCores.Allowed.Contains)),
            Priority = read.Int32(nameof(ServerOptions.Priority), defaults.Priority, 0, 99, "SCHED_FIFO priority of the thread that infers, where the operating system grants it: connections, however many, wait for its cores and not it for them; 0 asks for none"),
            Engine = OneOf<InferenceEngine>(read.Text(nameof(ServerOptions.Engine), Auto, "auto, eager or graph", "how the model's work is asked of the device: call by call, or recorded once for each size of input (CUDA only); auto: graph on CUDA", text => text == Auto || OneOf<InferenceEngine>(text) is not null)),
            Products = read.Choice(nameof(ServerOptions.Products), defaults.Products, "what the transformers' products are computed in: the type of the checkpoint's weights, or 8-bit floats with the scales that depthvla checkpoint calibrate put beside it"),
            Continuation = OneOf<ContinuationMethod>(read.Text(nameof(ServerOptions.Continuation), Auto, "auto, none, prefix, guidance or inpainting", "how chunks go on from the plan being executed; auto: by prefix if the checkpoint was trained for it, else not. guidance takes three times as long", text => text == Auto || OneOf<ContinuationMethod>(text) is not null)),
            FlowSteps = read.Int32(nameof(ServerOptions.FlowSteps), defaults.FlowSteps, 0, 1000, "steps from noise to actions; fewer are faster and less exact; 0 takes the checkpoint's"),
            DepthEvery = read.Int32(nameof(ServerOptions.DepthEvery), defaults.DepthEvery, 1, 100, "one in so many of a robot's observations has its depth read; those between take what was read last, if it is at most 1 s old. For --engine eager"),
            Bind = read.Address(nameof(ServerOptions.Bind), defaults.Bind, "the address to listen on; 0.0.0.0 for other machines too, which takes TLS and callers that are known, or --insecure"),
            GrpcPort = read.Int32(nameof(ServerOptions.GrpcPort), defaults.GrpcPort, 0, 65535, "the gRPC port; 0 picks a free one"),
            Socket = read.Text(nameof(ServerOptions.Socket), defaults.Socket, "a path in a folder that is there, of at most 100 bytes", "a Unix domain socket for gRPC, too: for robots on this machine (--server unix:PATH)", IsSocket),
            HttpPort = read.Int32(nameof(ServerOptions.HttpPort), defaults.HttpPort, 0, 65535, "the port of probes, metrics and the dashboard; 0 picks a free one"),
            Otlp = read.Text(nameof(ServerOptions.Otlp), defaults.Otlp, "http://host:port or https://host:port", "the OpenTelemetry collector (OTLP over HTTP) that gets one trace an observation; sampling and headers by OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, OTEL_EXPORTER_OTLP_HEADERS. Empty for none", text => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")),
            OpenpiPort = (int)read.Number(nameof(ServerOptions.OpenpiPort), defaults.OpenpiPort, -1, 65535, "a port", "the WebSocket port for openpi's clients; the name alone for 8000, 0 picks a free one, -1 for none", alone: 8000),
            OpenpiKeys = Keys(read),
            MaxRequestBytes = read.Int32(nameof(ServerOptions.MaxRequestBytes), defaults.MaxRequestBytes, 64 << 10, 256 << 20, "the largest request that is read, bytes; all frames of one observation must fit"),
            MaxSessions = read.Int32(nameof(ServerOptions.MaxSessions), defaults.MaxSessions, 1, 1024, "robots at once"),
            MaxCallRate = read.Int32(nameof(ServerOptions.MaxCallRate), defaults.MaxCallRate, 1, 100_000, "sessions that one caller may open a second, and administrative calls; five seconds' worth at once"),
            MaxBatch = read.Int32(nameof(ServerOptions.MaxBatch), defaults.MaxBatch, 1, 64, "observations of different robots answered together, at most, where that pays and no deadline suffers"),
            MaxInstructionLength = read.Int32(nameof(ServerOptions.MaxInstructionLength), defaults.MaxInstructionLength, 1, 65536, "characters of an instruction"),
            DrainTime = read.Seconds(nameof(ServerOptions.DrainTime), defaults.DrainTime, 0, 600, "how long robots are still served after SIGTERM"),
            StuckAfter = read.Seconds(nameof(ServerOptions.StuckAfter), defaults.StuckAfter, 1, 600, "an inference that takes longer counts as stuck: /livez says so, and what started the server may start it anew"),
            SendTimeout = read.Seconds(nameof(ServerOptions.SendTimeout), defaults.SendTimeout, 0.1, 60, "how long a client may leave an answer untaken before it is disconnected"),
            HandshakeTimeout = read.Seconds(nameof(ServerOptions.HandshakeTimeout), defaults.HandshakeTimeout, 0.1, 60, "how long a stream may wait with its contract"),
            Reflection = read.Flag(nameof(ServerOptions.Reflection), development, "whether tools may ask which gRPC services there are"),
            LogLevel = read.Choice(nameof(ServerOptions.LogLevel), defaults.LogLevel, "the least level that is logged"),
        };
        options = SecurityOptionsReader.Read(read, options);
        foreach (var problem in ModelProblems(read, options)) read.Refuse(problem);
        if (options.GrpcPort == options.HttpPort && options.GrpcPort != 0)
        {
            read.Refuse(new(nameof(ServerOptions.HttpPort), "another port than GrpcPort", $"{options.HttpPort} for both", "change one of the two"));
        }

        if (options.OpenpiPort > 0 && (options.OpenpiPort == options.GrpcPort || options.OpenpiPort == options.HttpPort))
        {
            read.Refuse(new(nameof(ServerOptions.OpenpiPort), "another port than GrpcPort and HttpPort", $"{options.OpenpiPort}", "change one of the two"));
        }

        if (options is { Engine: InferenceEngine.Graph, Device: "cpu" })
        {
            read.Refuse(new(nameof(ServerOptions.Engine), "eager or auto on the CPU", "graph", "graphs are CUDA's: choose --device cuda:0, or leave the engine to the server"));
        }

        return options;
    }

    private static NamedCheckpoint? Named(string text) => NamedCheckpoint.Parse(text) is { } named && Directory.Exists(named.Folder) ? named : null;

    private static IEnumerable<SettingProblem> ModelProblems(OptionReader read, ServerOptions options)
    {
        if (!read.IsSet(nameof(ServerOptions.Checkpoint)) && !read.IsSet(nameof(ServerOptions.Model)))
        {
            yield return new(nameof(ServerOptions.Checkpoint), "an existing folder", "nothing", "say --checkpoint FOLDER, or --model NAME=FOLDER for each of several");
        }

        foreach (var twice in options.Checkpoints.GroupBy(one => one.Name, StringComparer.Ordinal).Where(alike => alike.Count() > 1))
        {
            yield return new(nameof(ServerOptions.Model), "a name of its own for each model", $"'{twice.Key}' for {string.Join(" and ", twice.Select(one => one.Folder))}", $"rename all but one{(twice.Key == NamedCheckpoint.Default ? $"; '{NamedCheckpoint.Default}' is what --checkpoint serves" : "")}");
        }
    }

    private static ObservationKeys Keys(OptionReader read)
    {
        var names = string.Join(", ", ObservationKeys.Known.Keys);
        var text = read.Text(
            nameof(ServerOptions.OpenpiKeys), "libero", $"{names}, or a JSON file", "where openpi's clients put pictures, state and instruction",
            name => ObservationKeys.Known.ContainsKey(name) || File.Exists(name));
        if (ObservationKeys.Known.TryGetValue(text, out var known)) return known;
        var problems = new List<SettingProblem>();
        var keys = ObservationKeysFile.Read(text, problems);
        foreach (var problem in problems) read.Refuse(problem);
        return keys;
    }

    private static T? OneOf<T>(string text) where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.IsDefined(choice) ? choice : null;

    // The kernel's structure holds 108 bytes.
    private static bool IsSocket(string path) =>
        Encoding.UTF8.GetByteCount(path) <= 100 && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && Directory.Exists(folder) && !Directory.Exists(path);

    private static bool IsDevice(string text) =>
        text == "cpu" || (text.StartsWith("cuda:", StringComparison.Ordinal) && text.Length is > 5 and < 8 && text.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0);
}
