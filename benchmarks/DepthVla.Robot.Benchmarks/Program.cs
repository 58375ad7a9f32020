using System.CommandLine;
using System.Globalization;
using DepthVla.Robot.Benchmarks;
using DepthVla.Robot.Benchmarks.Fleet;
using DepthVla.Robot.Benchmarks.Serving;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

var threads = new Option<int>("--threads") { Description = "CPU threads of libtorch", DefaultValueFactory = _ => Environment.ProcessorCount };
var checkpoint = new Option<string>("--checkpoint") { Description = "checkpoint folder", DefaultValueFactory = _ => "models/depthvla-tiny" };
var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
var rounds = new Option<int>("--rounds") { Description = "measured inferences", DefaultValueFactory = _ => 50 };
var served = new Option<int>("--rounds") { Description = "measured observations a row", DefaultValueFactory = _ => 500 };
var workers = new Option<int>("--workers") { Description = "worlds side by side", DefaultValueFactory = _ => Environment.ProcessorCount };
var episodes = new Option<int>("--episodes") { Description = "episodes of each kind to generate", DefaultValueFactory = _ => 20 };
foreach (var option in (Option<int>[])[threads, rounds, served, workers, episodes])
{
    option.Validators.Add(result => { if (result.GetValueOrDefault<int>() < 1) result.AddError($"{option.Name}: expected 1 or more"); });
}

var operators = new Command("operators", "Cost of a call through the binding, on one thread");
operators.SetAction(_ =>
{
    LibTorchLocation.UseThreads(1);
    OperatorBenchmark.Run();
});

var stages = new Command("stages", "Each stage of an inference against the multiply-add floor") { checkpoint, device, threads, rounds };
stages.SetAction(parsed =>
{
    LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
    StageBenchmark.Run(parsed.GetRequiredValue(checkpoint), TorchDevice.Parse(parsed.GetRequiredValue(device)), parsed.GetRequiredValue(rounds));
});

var jpeg = new Command("jpeg", "JPEG decoding and resizing");
jpeg.SetAction(_ => JpegBenchmark.Run());

var openpi = new Option<string?>("--openpi") { Description = "a checkout of openpi, whose server is then measured in the same run" };
var python = new Option<string>("--python") { Description = "a Python with numpy, msgpack, typing_extensions and websockets 13 or later, for that", DefaultValueFactory = _ => "python3" };
var serving = new Command("serving", "The server's overhead above the model, on loopback, against a bare echo") { served, openpi, python };
serving.SetAction((parsed, _) => ServingBenchmark.RunAsync(parsed.GetRequiredValue(served), parsed.GetValue(openpi), parsed.GetRequiredValue(python)));

var model = new Option<string>("--model") { Description = "checkpoint config to train", DefaultValueFactory = _ => "training/depthvla-tiny.model.json" };
var batch = new Option<int>("--batch") { Description = "observations a step", DefaultValueFactory = _ => 32 };
var draws = new Option<int>("--draws") { Description = "noisy chunks an observation", DefaultValueFactory = _ => 4 };
var wide = new Option<bool>("--float32") { Description = "computes in float32 instead of bfloat16" };
var training = new Command("training", "Training samples a second against the multiply-add floor") { model, device, threads, batch, draws, rounds, wide };
training.SetAction(parsed =>
{
    LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
    TrainingBenchmark.Run(parsed.GetRequiredValue(model), TorchDevice.Parse(parsed.GetRequiredValue(device)), parsed.GetRequiredValue(batch),
        parsed.GetRequiredValue(draws), parsed.GetRequiredValue(rounds), parsed.GetValue(wide));
});

var demonstrations = new Command("demonstrations", "Making demonstrations, reading them against plain files, trying policies") { checkpoint, workers, episodes };
demonstrations.SetAction(parsed =>
{
    LibTorchLocation.UseThreads(1);   // each worker computes by itself
    DemonstrationBenchmark.Run(parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(workers), parsed.GetRequiredValue(episodes));
});

var fleetCheckpoint = new Option<string?>("--checkpoint") { Description = "checkpoint folder; without one, a policy that answers at once" };
var fleetThreads = new Option<int>("--threads") { Description = "CPU threads of the server's arithmetic; 0 leaves it to the server", DefaultValueFactory = _ => 0 };
var robots = new Option<string>("--robots") { Description = "how many robots, a row each", DefaultValueFactory = _ => "1,2,4,8" };
var rate = new Option<double>("--rate") { Description = "observations a second and robot", DefaultValueFactory = _ => 5 };
var seconds = new Option<double>("--seconds") { Description = "a row", DefaultValueFactory = _ => 20 };
var json = new Option<string?>("--json") { Description = "where every figure goes" };
var png = new Option<string?>("--png") { Description = "where latency against robots is drawn" };
var fleet = new Command("fleet", "So many robots at one server: latency, admission, nothing lost") { fleetCheckpoint, device, fleetThreads, robots, rate, seconds, json, png };
fleet.SetAction((parsed, _) => FleetBenchmark.RunAsync(
    parsed.GetValue(fleetCheckpoint), parsed.GetRequiredValue(device), parsed.GetRequiredValue(fleetThreads),
    [.. parsed.GetRequiredValue(robots).Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))], parsed.GetRequiredValue(rate),
    TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds)), parsed.GetValue(json), parsed.GetValue(png)));

var cameras = new Option<int>("--cameras") { Required = true };
var instant = new Command(InstantServer.Command, "The server that `serving` starts") { cameras };
instant.Hidden = true;
instant.SetAction((parsed, _) => InstantServer.ServeAsync(parsed.GetRequiredValue(cameras)));

return await new RootCommand("Benchmarks of DepthVla.Robot; every figure is measured in the run that prints it") { operators, stages, jpeg, serving, fleet, training, demonstrations, instant }.Parse(args).InvokeAsync();
