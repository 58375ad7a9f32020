using System.CommandLine;
using System.Globalization;
using DepthVla.Robot.Benchmarks.Fleet;
using DepthVla.Robot.Benchmarks.Limits;
using DepthVla.Robot.Benchmarks.Model;
using DepthVla.Robot.Benchmarks.Pacing;
using DepthVla.Robot.Benchmarks.Serving;
using DepthVla.Robot.Benchmarks.Shortcuts;
using DepthVla.Robot.Benchmarks.SlowClients;
using DepthVla.Robot.Benchmarks.Splicing;
using DepthVla.Robot.Benchmarks.Starting;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Benchmarks;

/// <summary><c>depthvla bench</c>: every figure is measured in the run that prints it.</summary>
public static class BenchCommand
{
    private static readonly Option<string?> JsonFile = new("--json") { Description = "where every figure goes" };

    /// <summary>The command with all that it can measure.</summary>
    public static Command Create() => new("bench", "Measure speed; every figure is measured in the run that prints it")
    {
        Model(), Shortcuts(), Serving(), Fleet(), SlowClients(), Splicing(), Limits(), Control(), Daemon(), Training(), Demonstrations(), Operators(), Jpeg(), Recorder(), InstantServerOf(), ControlLoopOf(), SlowCrowdOf(),
    };

    private static Command Model()
    {
        var (checkpoint, device, threads, rounds) = (Checkpoint(), Device(), Threads(), Count("--rounds", "measured answers", 50));
        var engine = new Option<InferenceEngine?>("--engine") { Description = "eager, or graph on CUDA; what the server would take by default" };
        var flowSteps = new Option<int?>("--flow-steps") { Description = "from noise to actions; the checkpoint's by default" };
        var peers = new Option<string[]>("--peer") { Description = "what benchmarks/peers/torch_model.py wrote on this machine, to be laid beside" };
        var command = new Command("model", "Each stage of an answer against its floor, and beside PyTorch's") { checkpoint, device, engine, flowSteps, threads, rounds, peers, JsonFile };
        command.SetAction(parsed =>
        {
            LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
            ModelBenchmark.Run(
                parsed.GetRequiredValue(checkpoint), TorchDevice.Parse(parsed.GetRequiredValue(device)), new() { Engine = parsed.GetValue(engine), FlowSteps = parsed.GetValue(flowSteps) },
                parsed.GetRequiredValue(rounds), parsed.GetValue(peers) ?? [], parsed.GetValue(JsonFile));
        });
        return command;
    }

    private static Command Shortcuts()
    {
        var (checkpoint, device, threads, seeds) = (Checkpoint(), Device(), Threads(), Count("--seeds", "attempts a task", 2));
        var flowSteps = Numbers("--flow-steps", "so many steps from noise to actions, a row each", [10, 5, 4, 3, 2, 1]);
        var depthEvery = Numbers("--depth-every", "one in so many observations has its depth read, a row each", [2, 3]);
        var command = new Command("shortcuts", "Fewer flow steps and older depth: time saved, and how far chunks move") { checkpoint, device, threads, seeds, flowSteps, depthEvery, JsonFile };
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
            ShortcutsBenchmark.Run(
                parsed.GetRequiredValue(checkpoint), TorchDevice.Parse(parsed.GetRequiredValue(device)), parsed.GetRequiredValue(flowSteps), parsed.GetRequiredValue(depthEvery),
                parsed.GetRequiredValue(seeds), parsed.GetValue(JsonFile), stop);
        }, CancellationToken.None));
        return command;
    }

    private static Command Serving()
    {
        var rounds = Count("--rounds", "measured observations a row", 500);
        var openpi = new Option<string?>("--openpi") { Description = "a checkout of openpi, whose server is then measured in the same run" };
        var python = new Option<string>("--python") { Description = "a Python with numpy, msgpack, typing_extensions and websockets 13 or later, for that", DefaultValueFactory = _ => "python3" };
        var command = new Command("serving", "The server's overhead above the model, on loopback, against a bare echo") { rounds, openpi, python, JsonFile };
        command.SetAction((parsed, _) => ServingBenchmark.RunAsync(parsed.GetRequiredValue(rounds), parsed.GetValue(openpi), parsed.GetRequiredValue(python), parsed.GetValue(JsonFile)));
        return command;
    }

    private static Command Fleet()
    {
        var checkpoint = new Option<string?>("--checkpoint") { Description = "checkpoint folder; without one, a policy that answers at once" };
        var threads = new Option<int>("--threads") { Description = "CPU threads of the server's arithmetic; 0 leaves it to the server", DefaultValueFactory = _ => 0 };
        var robots = Numbers("--robots", "how many robots, a row each", [1, 2, 4, 8]);
        var rate = new Option<double>("--rate") { Description = "observations a second and robot", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "a row", DefaultValueFactory = _ => 20 };
        var (device, png) = (Device(), new Option<string?>("--png") { Description = "where latency against robots is drawn" });
        var command = new Command("fleet", "So many robots at one server: latency, admission, nothing lost") { checkpoint, device, threads, robots, rate, seconds, JsonFile, png };
        command.SetAction((parsed, _) => FleetBenchmark.RunAsync(
            parsed.GetValue(checkpoint), parsed.GetRequiredValue(device), parsed.GetRequiredValue(threads), parsed.GetRequiredValue(robots), parsed.GetRequiredValue(rate),
            TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds)), parsed.GetValue(JsonFile), parsed.GetValue(png)));
        return command;
    }

    private static Command SlowClients()
    {
        var (checkpoint, idle, dripping) = (Checkpoint(), Idle(), Dripping());
        var clientCpus = new Option<string?>("--client-cpus") { Description = "what the slow clients may run on, as taskset has it; robot and server have what `taskset -c … depthvla bench` gives them" };
        var (seconds, rounds) = (Count("--seconds", "a turn", 20), Count("--rounds", "turns with them, and as many without", 3));
        var command = new Command("slow-clients", "A robot's answers beside clients that hold connections and never get on") { checkpoint, idle, dripping, seconds, rounds, clientCpus, JsonFile };
        command.SetAction((parsed, _) => SlowClientsBenchmark.RunAsync(
            parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(idle), parsed.GetRequiredValue(dripping), TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds)),
            parsed.GetRequiredValue(rounds), parsed.GetValue(clientCpus), parsed.GetValue(JsonFile)));
        return command;
    }

    private static Command Splicing()
    {
        var seconds = new Option<double>("--seconds") { Description = "of simulated time, more than 2", DefaultValueFactory = _ => 60 };
        seconds.Validators.Add(result => { if (!(result.GetValueOrDefault<double>() is > 2 and <= 3600)) result.AddError("--seconds: expected more than 2, at most 3600"); });
        var png = new Option<string?>("--png") { Description = "where the first joint's commands are drawn" };
        var command = new Command("splicing", "Chunks that come late: standing still, jerk and error, against how others splice") { seconds, JsonFile, png };
        command.SetAction(parsed => SplicingBenchmark.Run(parsed.GetRequiredValue(seconds), parsed.GetValue(JsonFile), parsed.GetValue(png)));
        return command;
    }

    private static Command Limits()
    {
        var turns = Count("--turns", "measured turns a row", 100_000);
        var command = new Command("limits", "A turn of the control loop by the limits it keeps") { turns, JsonFile };
        command.SetAction(parsed => LimitsBenchmark.Run(parsed.GetRequiredValue(turns), parsed.GetValue(JsonFile)));
        return command;
    }

    private static Command Control()
    {
        var (rates, seconds, rounds) = (Numbers("--rates", "commands a second, a row each", [500, 1000]), Count("--seconds", "of each program a row", 30), Count("--rounds", "turns that the programs take", 3));
        var priority = new Option<int>("--priority") { Description = "SCHED_FIFO priority, where it is granted", DefaultValueFactory = _ => RealTime.DefaultPriority };
        priority.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 99) result.AddError("--priority: expected 1 to 99"); });
        var command = new Command("control", "How late the control thread wakes, beside cyclictest") { rates, seconds, rounds, priority, JsonFile };
        command.SetAction(parsed => ControlBenchmark.Run(
            parsed.GetRequiredValue(rates), parsed.GetRequiredValue(seconds), parsed.GetRequiredValue(rounds), parsed.GetRequiredValue(priority), parsed.GetValue(JsonFile)));
        return command;
    }

    private static Command Daemon()
    {
        var native = new Option<string>("--native") { Description = "what eng/publish-daemon.sh made", DefaultValueFactory = _ => "artifacts/native/daemon/depthvla-daemon" };
        native.Validators.Add(result => { if (!File.Exists(result.GetValueOrDefault<string>())) result.AddError("--native: expected an executable; make it with eng/publish-daemon.sh"); });
        var (checkpoint, rounds, seconds) = (Checkpoint(), Count("--rounds", "starts of each", 5), Count("--seconds", "of driving before memory is read", 10));
        var command = new Command("daemon", "The daemon as built and as one executable: size, start, memory") { native, checkpoint, rounds, seconds, JsonFile };
        command.SetAction((parsed, _) => DaemonBenchmark.RunAsync(
            parsed.GetRequiredValue(native), parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(rounds), parsed.GetRequiredValue(seconds), parsed.GetValue(JsonFile)));
        return command;
    }

    private static Command Training()
    {
        var model = new Option<string>("--model") { Description = "checkpoint config to train", DefaultValueFactory = _ => "training/depthvla-tiny.model.json" };
        var (device, threads, batch, draws, rounds) = (Device(), Threads(), Count("--batch", "observations a step", 32), Count("--draws", "noisy chunks an observation", 4), Count("--rounds", "measured steps", 50));
        var wide = new Option<bool>("--float32") { Description = "computes in float32 instead of bfloat16" };
        var command = new Command("training", "Training samples a second against the multiply-add floor") { model, device, threads, batch, draws, rounds, wide };
        command.SetAction(parsed =>
        {
            LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
            TrainingBenchmark.Run(parsed.GetRequiredValue(model), TorchDevice.Parse(parsed.GetRequiredValue(device)), parsed.GetRequiredValue(batch),
                parsed.GetRequiredValue(draws), parsed.GetRequiredValue(rounds), parsed.GetValue(wide));
        });
        return command;
    }

    private static Command Demonstrations()
    {
        var (checkpoint, workers, episodes) = (Checkpoint(), Count("--workers", "worlds side by side", Environment.ProcessorCount), Count("--episodes", "episodes of each kind to generate", 20));
        var command = new Command("demonstrations", "Making demonstrations, reading them against plain files, trying policies") { checkpoint, workers, episodes };
        command.SetAction(parsed =>
        {
            LibTorchLocation.UseThreads(1);   // each worker computes by itself
            DemonstrationBenchmark.Run(parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(workers), parsed.GetRequiredValue(episodes));
        });
        return command;
    }

    private static Command Operators()
    {
        var device = Device();
        var command = new Command("operators", "Cost of a call through the binding, on one thread; on CUDA, the fused kernels against libtorch's operators") { device };
        command.SetAction(parsed =>
        {
            LibTorchLocation.UseThreads(1);
            var where = TorchDevice.Parse(parsed.GetRequiredValue(device));
            if (where.IsCuda) KernelBenchmark.Run(where);
            else OperatorBenchmark.Run();
        });
        return command;
    }

    private static Command Jpeg()
    {
        var command = new Command("jpeg", "JPEG decoding and resizing");
        command.SetAction(_ => JpegBenchmark.Run());
        return command;
    }

    private static Command Recorder()
    {
        var command = new Command("recorder", "What the flight recorder costs, and its file against a plain write");
        command.SetAction(_ => RecorderBenchmark.Run());
        return command;
    }

    private static Command InstantServerOf()
    {
        var cameras = new Option<int>("--cameras") { Required = true };
        var command = new Command(InstantServer.Command, "The server that `serving` and `fleet` start") { cameras };
        command.Hidden = true;
        command.SetAction((parsed, _) => InstantServer.ServeAsync(parsed.GetRequiredValue(cameras)));
        return command;
    }

    private static Command ControlLoopOf()
    {
        var (rate, turns) = (new Option<int>("--rate") { Required = true }, new Option<int>("--turns") { Required = true });
        var (priority, json) = (new Option<int>("--priority") { Required = true }, new Option<string>("--json") { Required = true });
        var command = new Command(PacedLoop.Command, "The control loop that `control` starts") { rate, turns, priority, json };
        command.Hidden = true;
        command.SetAction(parsed => JsonReport.Write(
            parsed.GetRequiredValue(json), PacedLoop.Run(parsed.GetRequiredValue(rate), parsed.GetRequiredValue(turns), parsed.GetRequiredValue(priority))));
        return command;
    }

    private static Command SlowCrowdOf()
    {
        var (ports, idle, dripping) = (new Option<string>("--ports") { Required = true }, Idle(), Dripping());
        var command = new Command(CrowdProcess.Command, "The clients that `slow-clients` starts") { ports, idle, dripping };
        command.Hidden = true;
        command.SetAction((parsed, _) => CrowdProcess.RunAsync(
            [.. parsed.GetRequiredValue(ports).Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))], parsed.GetRequiredValue(idle), parsed.GetRequiredValue(dripping)));
        return command;
    }

    private static Option<int> Idle() => Count("--idle", "connections that say no more", 1000);

    private static Option<int> Dripping() => Count("--dripping", "connections that send something every second", 200);

    private static Option<string> Checkpoint() => new("--checkpoint") { Description = "checkpoint folder", DefaultValueFactory = _ => "models/depthvla-tiny" };

    private static Option<string> Device() => new("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };

    private static Option<int> Threads() => Count("--threads", "CPU threads of libtorch", Environment.ProcessorCount);

    private static Option<int[]> Numbers(string name, string description, int[] usual) => new(name)
    {
        Description = $"{description}, as in {string.Join(',', usual)}", DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            int[] numbers = [.. result.Tokens[0].Value.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)];
            if (numbers.Any(n => n is < 1 or > 1024)) result.AddError($"{name}: expected numbers from 1 to 1024 separated by commas, got '{result.Tokens[0].Value}'");
            return numbers;
        },
    };

    private static Option<int> Count(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result => { if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name}: expected 1 or more"); });
        return option;
    }
}
