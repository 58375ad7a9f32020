using System.Collections.Immutable;
using System.Net;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.OpenPi.Mapping;

namespace DepthVla.Robot.Server.Options;

/// <summary>What the operator chose, valid as a whole. <see cref="ServerOptionsReader"/> knows defaults, ranges and explanations.</summary>
internal sealed record ServerOptions
{
    /// <summary>The folder of the checkpoint that is served as <see cref="NamedCheckpoint.Default"/>; empty where all have names.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>The checkpoints that are served by name.</summary>
    public ImmutableArray<NamedCheckpoint> Model { get; init; } = [];

    /// <summary>All checkpoints that are served, in order; the first is for robots that name none and fit several.</summary>
    public IEnumerable<NamedCheckpoint> Checkpoints => Checkpoint.Length > 0 || Model.IsEmpty ? [new(NamedCheckpoint.Default, Checkpoint), .. Model] : Model;

    /// <summary>The folder below which checkpoints may be loaded later; none when empty.</summary>
    public string Models { get; init; } = "";

    /// <summary>"cpu" or "cuda:N".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads for arithmetic on the CPU; 0 takes half the cores.</summary>
    public int Threads { get; init; }

    /// <summary>Cores that inference computes on, such as "2-5"; all when empty.</summary>
    public string Cores { get; init; } = "";

    /// <summary>SCHED_FIFO priority of the thread that infers; 0 asks for none.</summary>
    public int Priority { get; init; } = 1;

    /// <summary>How the model's work is asked of the device; null: recorded on CUDA, call by call on the CPU.</summary>
    public InferenceEngine? Engine { get; init; }

    /// <summary>What the transformers' products are computed in.</summary>
    public ProductPrecision Products { get; init; }

    /// <summary>How chunks go on from the plan being executed; null leaves it to the checkpoint.</summary>
    public ContinuationMethod? Continuation { get; init; }

    /// <summary>Flow steps an answer; 0 takes the checkpoint's.</summary>
    public int FlowSteps { get; init; }

    /// <summary>One in so many of a robot's observations has its depth read.</summary>
    public int DepthEvery { get; init; } = 1;

    /// <summary>The address that all ports listen on.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>The gRPC port; 0 picks a free one.</summary>
    public int GrpcPort { get; init; } = 50051;

    /// <summary>A Unix domain socket for gRPC, beside the port: for robots on the same machine. None when empty.</summary>
    public string Socket { get; init; } = "";

    /// <summary>The port of probes, metrics and dashboard; 0 picks a free one.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>The OpenTelemetry collector that traces go to; none when empty.</summary>
    public string Otlp { get; init; } = "";

    /// <summary>PEM file: the server's certificate; without one there is no TLS.</summary>
    public string TlsCertificate { get; init; } = "";

    /// <summary>PEM file: its private key.</summary>
    public string TlsKey { get; init; } = "";

    /// <summary>PEM file: authorities whose certificates make clients known.</summary>
    public string ClientCa { get; init; } = "";

    /// <summary>The file of clients' certificates that are good no more.</summary>
    public string Revoked { get; init; } = "";

    /// <summary>JSON file: tokens that make clients known.</summary>
    public string Tokens { get; init; } = "";

    /// <summary>Where refused and administrative calls are written; empty for the log.</summary>
    public string AuditLog { get; init; } = "";

    /// <summary>Whether other machines are served without TLS, or without knowing who calls.</summary>
    public bool Insecure { get; init; }

    /// <summary>Whether who calls must be known.</summary>
    public bool KnowsCallers => ClientCa.Length > 0 || Tokens.Length > 0;

    /// <summary>The port for openpi's clients (WebSocket); 0 picks a free one, -1 for none.</summary>
    public int OpenpiPort { get; init; } = -1;

    /// <summary>Where openpi's clients put pictures, state and instruction.</summary>
    public ObservationKeys OpenpiKeys { get; init; } = ObservationKeys.Known["libero"];

    /// <summary>The largest request that is read, bytes.</summary>
    public int MaxRequestBytes { get; init; } = 16 << 20;

    /// <summary>Sessions at once.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>Sessions that one caller may open a second, administrative calls among them.</summary>
    public int MaxCallRate { get; init; } = 20;

    /// <summary>Observations of different robots answered together, at most.</summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>Characters of an instruction.</summary>
    public int MaxInstructionLength { get; init; } = 512;

    /// <summary>How long robots are still served after SIGTERM.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An inference that takes longer counts as stuck.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may leave an answer untaken before it is disconnected.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream may wait with its contract.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether tools may ask which services there are.</summary>
    public bool Reflection { get; init; }

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
