using System.Collections.Immutable;
using System.CommandLine;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Learning.Evaluation.Rollouts;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>The options of <c>depthvla evaluate</c>.</summary>
internal sealed class EvaluateOptions
{
    // Hz: twice a policy's step rate; a film at that rate looks smooth enough.
    private const double FilmRate = 10, StripRate = 2;

    private static readonly Dictionary<string, PolicyControl> Controls = new()
    {
        ["black"] = PolicyControl.Black, ["swapped"] = PolicyControl.Swapped, ["wrong-instruction"] = PolicyControl.WrongInstruction,
        ["no-state"] = PolicyControl.NoState, ["no-depth"] = PolicyControl.NoDepth,
    };

    private static readonly ImmutableArray<string> Continuations = [.. Enum.GetNames<ContinuationMethod>().Select(name => name.ToLowerInvariant())];

    private readonly Option<string?> _checkpoint = new("--checkpoint") { Description = "checkpoint folder", HelpName = "FOLDER" };

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "in the place of a checkpoint: expert (reads the world), hold (stays), replay (repeats an episode of --data)", HelpName = "NAME",
        CustomParser = OptionValues.OneOf("expert", "hold", "replay"),
    };

    private readonly Option<string?> _data = new("--data") { Description = "a dataset, for replay and --open-loop", HelpName = "FOLDER" };

    private readonly Option<string> _tasks = new("--tasks")
    {
        Description = $"tasks and families ({string.Join(", ", TaskFamily.All.Select(f => f.Name))}), separated by commas; all by default", HelpName = "NAMES",
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<int> _seeds = Number("--seeds", "attempts a task", 50, 1, 1_000_000);

    private readonly Option<int> _firstSeed = Number(
        "--first-seed", "seed of the first; training never uses seeds below 1,000,000,000", 0, 0, EvaluationPlan.SeedLimit - 1);

    private readonly Option<int> _latency = Number("--latency", "from observation to chunk, ms of simulated time", 60, 0, 2000);

    private readonly Option<double[]?> _rate = new("--observation-rate")
    {
        Description = "observations a second, Hz; what the policy suggests by default", HelpName = "HZ", Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Numbers(60),
    };

    private readonly Option<string?> _continuation = new("--continuation")
    {
        Description = $"how chunks go on from the plan being executed: {string.Join(", ", Continuations)}; what the checkpoint was trained for by default", HelpName = "NAME",
        CustomParser = OptionValues.OneOf([.. Continuations]),
    };

    private readonly Option<int?> _flowSteps = PolicyOptions.FlowSteps();

    private readonly Option<int> _depthEvery = Number("--depth-every", "one in so many observations has its depth read; those between take what was read last", 1, 1, 100);

    private readonly Option<string?> _control = new("--control")
    {
        Description = $"what to take from the policy: {string.Join(", ", Controls.Keys)}", HelpName = "NAME",
        CustomParser = OptionValues.OneOf([.. Controls.Keys]),
    };

    private readonly Option<int> _workers = Number("--workers", "worlds side by side, a CPU thread each", Environment.ProcessorCount, 1, 1024);

    private readonly Option<bool> _throughDaemon = new("--through-daemon")
    {
        Description = "in real time, by the programs that drive a robot: one server, and --workers daemons side by side",
    };

    private readonly Option<string> _device = new("--device") { Description = "cpu, cuda or cuda:N", HelpName = "DEVICE", DefaultValueFactory = _ => "cpu" };

    private readonly Option<string?> _json = new("--json") { Description = "where to write every outcome", HelpName = "FILE" };

    private readonly Option<string?> _strip = new("--strip") { Description = "PNG to draw the first attempts into", HelpName = "FILE" };

    private readonly Option<string?> _video = new("--video") { Description = "video of the first attempts, such as run.mp4; needs ffmpeg", HelpName = "FILE" };

    private readonly Option<bool> _openLoop = new("--open-loop") { Description = "move nothing: compare chunks with those of held back episodes of --data" };

    private readonly Option<double[]?> _share = new("--validation-share")
    {
        Description = "with --open-loop: the share of episodes that training kept back; 0.02 by default", HelpName = "SHARE", Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Numbers(1),
    };

    private readonly Option<int> _frames = Number("--frames", "with --open-loop: frames at most", 500, 1, 10_000_000);

    internal EvaluateOptions(Command command)
    {
        Option[] options =
        [
            _checkpoint, _policy, _data, _tasks, _seeds, _firstSeed, _latency, _rate, _continuation, _flowSteps, _depthEvery, _control, _workers, _throughDaemon, _device, _json, _strip, _video,
            _openLoop, _share, _frames,
        ];
        foreach (var option in options) command.Add(option);
    }

    /// <summary>What was given, as a whole.</summary>
    /// <exception cref="UsageException">Something does not go together.</exception>
    internal EvaluateArguments Read(ParseResult parsed)
    {
        var (checkpoint, policy, data, openLoop) =
            (parsed.GetValue(_checkpoint), parsed.GetValue(_policy), parsed.GetValue(_data), parsed.GetValue(_openLoop));
        if ((checkpoint is null) == (policy is null))
        {
            var came = checkpoint is null ? "nothing" : "both";
            throw new UsageException(new("--checkpoint, --policy", "one of both", came, "give --checkpoint FOLDER, or --policy expert"));
        }

        if (data is null && (openLoop || policy == "replay"))
            throw new UsageException(new("--data", "a dataset", "nothing", "add --data FOLDER"));
        if (openLoop && checkpoint is null)
            throw new UsageException(new("--open-loop", "a checkpoint", $"--policy {policy}", "add --checkpoint FOLDER"));

        var control = parsed.GetValue(_control) is { } name ? Controls[name] : PolicyControl.None;
        if (control is not (PolicyControl.None or PolicyControl.WrongInstruction) && checkpoint is null)
        {
            var expected = $"wrong-instruction, all that --policy {policy} can be told";
            throw new UsageException(new("--control", expected, parsed.GetValue(_control)!, "add --checkpoint FOLDER"));
        }

        if (control == PolicyControl.WrongInstruction && openLoop)
            throw new UsageException(new("--control", "one that changes what is seen or felt", "wrong-instruction", "leave out --open-loop"));

        return new EvaluateArguments
        {
            Checkpoint = checkpoint, Policy = policy, Data = data, Device = TorchDevice.Parse(parsed.GetRequiredValue(_device)), Control = control,
            Continuation = parsed.GetValue(_continuation) is { } method ? Enum.Parse<ContinuationMethod>(method, ignoreCase: true) : null,
            FlowSteps = parsed.GetValue(_flowSteps), DepthEvery = parsed.GetValue(_depthEvery),
            Plan = Plan(parsed, control), Workers = parsed.GetValue(_workers), ThroughDaemon = ThroughDaemon(parsed, checkpoint, control), OpenLoop = openLoop,
            Recorded = new()
            {
                MostFrames = parsed.GetValue(_frames),
                ValidationShare = parsed.GetValue(_share) is [var share] ? share : new OpenLoopOptions().ValidationShare,
            },
            Json = parsed.GetValue(_json), Video = parsed.GetValue(_video),
            Strip = parsed.GetValue(_strip) is { } strip ? PictureTarget.Require(_strip.Name, strip) : null,
        };
    }

    private bool ThroughDaemon(ParseResult parsed, string? checkpoint, PolicyControl control)
    {
        if (!parsed.GetValue(_throughDaemon)) return false;
        if (checkpoint is null)
            throw new UsageException(new("--through-daemon", "a checkpoint for the server", $"--policy {parsed.GetValue(_policy)}", "add --checkpoint FOLDER"));
        if (control is PolicyControl.NoState or PolicyControl.NoDepth)
            throw new UsageException(new("--control", "one that a robot can suffer: black, swapped, wrong-instruction", parsed.GetValue(_control)!, "leave out --through-daemon"));

        Option? other = new Option[] { _openLoop, _latency, _rate, _strip, _video }.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
        return other is null ? true
            : throw new UsageException(new(other.Name, "nothing, together with --through-daemon", "both", $"leave out one; {_throughDaemon.Name} is in real time and keeps no pictures"));
    }

    private EvaluationPlan Plan(ParseResult parsed, PolicyControl control) => new()
    {
        Tasks = Tasks(parsed.GetRequiredValue(_tasks)), Seeds = parsed.GetValue(_seeds), FirstSeed = parsed.GetValue(_firstSeed),
        WrongInstruction = control == PolicyControl.WrongInstruction,
        Rollout = new RolloutOptions
        {
            Latency = TimeSpan.FromMilliseconds(parsed.GetValue(_latency)), ObservationRate = parsed.GetValue(_rate) is [var rate] ? rate : 0,
            PictureRate = parsed.GetValue(_video) is not null ? FilmRate : parsed.GetValue(_strip) is not null ? StripRate : 0,
        },
    };

    private static ImmutableArray<TabletopTask> Tasks(string names)
    {
        try
        {
            return TaskFamily.Named(names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        catch (ArgumentException e)
        {
            throw new UsageException(new("--tasks", "names of tasks and families, or all", $"'{names}'", e.Message), e);
        }
    }

    private static Option<int> Number(string name, string description, int value, int least, int most) => new(name)
    {
        Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => value, CustomParser = OptionValues.Int32(least, most),
    };
}
