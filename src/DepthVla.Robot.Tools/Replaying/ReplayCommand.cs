using System.CommandLine;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Recording.Flight;
using DepthVla.Robot.Recording.Mcap;
using DepthVla.Robot.Tools.Checkpoints;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Tools.Replaying;

/// <summary><c>depthvla replay</c>: a flight's observations answered again and compared, or the flight as a dataset.</summary>
internal static class ReplayCommand
{
    // rad or m. Beyond, nothing is alike.
    private const double MostTolerance = 10;

    private static readonly Argument<string> File = new("file") { Description = "a flight that depthvla-daemon wrote" };

    internal static Command Create()
    {
        var server = new Option<string?>("--server") { Description = "the policy server that answers", HelpName = "URL" };
        var model = new Option<string?>("--model") { Description = "with --server: the name of the model that answers, where it serves several; the first by default", HelpName = "NAME" };
        var known = new CredentialOptions();
        var checkpoint = new Option<string?>("--checkpoint") { Description = "in the place of a server: a checkpoint folder", HelpName = "FOLDER" };
        var device = new Option<string>("--device") { Description = "with --checkpoint: cpu, cuda or cuda:N", HelpName = "DEVICE", DefaultValueFactory = _ => "cpu" };
        var threads = new Option<int>("--threads")
        {
            Description = "with --checkpoint: CPU threads; half the processors by default, as the server takes", HelpName = "NUMBER", CustomParser = OptionValues.Int32(1, 1024),
            DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2),
        };
        var tolerance = new Option<double[]?>("--tolerance")
        {
            Description = "how far a number may be from the recorded one, rad or m; 0 by default: bit for bit", HelpName = "NUMBER", Arity = ArgumentArity.ExactlyOne,
            CustomParser = OptionValues.Numbers(MostTolerance),
        };
        var flowSteps = PolicyOptions.FlowSteps();
        var export = new Option<string?>("--export") { Description = "write the flight as episodes of a LeRobot dataset", HelpName = "FOLDER" };
        var command = new Command("replay", "Answer the observations of a flight again and compare the chunks with those recorded; or export the flight")
        {
            File, server, model, checkpoint, device, threads, flowSteps, tolerance, export,
        };
        foreach (var option in known.All) command.Add(option);
        command.SetAction(async (parsed, stop) =>
        {
            var (address, folder, target) = (parsed.GetValue(server), parsed.GetValue(checkpoint), parsed.GetValue(export));
            RequireOne(address, folder, target);
            var flight = GivenFile.Read<RecordedFlight, McapException>(File.Name, parsed.GetRequiredValue(File), "a flight", "name a .mcap file of --recorder-folder", RecordedFlight.Read);
            ReplayTable.Print(flight);
            if (target is not null)
            {
                var (episodes, frames) = FlightExport.Write(flight, target);
                Console.WriteLine($"exported     {episodes} episode(s), {frames} frames, to {target}");
            }

            var near = parsed.GetValue(tolerance) is [var most] ? most : 0;
            if (address is not null) return await ThroughServerAsync(flight, address, parsed.GetValue(model), known.Read(parsed, address), near, stop);
            if (folder is null) return 0;
            LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
            var where = GivenDevice.Require(device.Name, parsed.GetRequiredValue(device));
            var choices = new PolicyChoices { Continuation = Continues(flight), FlowSteps = parsed.GetValue(flowSteps) };
            using var policy = CheckpointFolder.Open(checkpoint.Name, folder, path => DepthVlaPolicy.Load(path, where, choices));
            return await CompareAsync(flight, policy, near, stop);
        });
        return command;
    }

    private static void RequireOne(string? server, string? checkpoint, string? export)
    {
        const string Names = "--server, --checkpoint, --export";
        if (server is null && checkpoint is null && export is null) throw new UsageException(new(Names, "one of them", "nothing", "say who shall answer, or where to export"));
        if (server is not null && checkpoint is not null) throw new UsageException(new("--server, --checkpoint", "one of both", "both", "leave one out"));
        if (server is not null && !(Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "unix"))
        {
            throw new UsageException(new("--server", "http://host:port, https://host:port or unix:PATH", $"'{server}'", "say where depthvla-server listens"));
        }
    }

    private static async Task<int> ThroughServerAsync(RecordedFlight flight, string address, string? model, ServiceCredentials credentials, double tolerance, CancellationToken stop)
    {
        using var channel = ServiceChannel.Create(address, credentials);
        return await CompareAsync(flight, await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, stop, model), tolerance, stop);
    }

    private static async Task<int> CompareAsync(RecordedFlight flight, IPolicy policy, double tolerance, CancellationToken stop)
    {
        var compared = await Replay.RunAsync(flight, policy, MonotonicClock.System, stop);
        ReplayTable.Print(flight, policy.Info, compared, tolerance);
        return compared.Length > 0 && compared.All(c => c.IsSame || c.MaxDifference <= tolerance) ? 0 : 1;
    }

    // As the server then went on from running plans; null where the flight does not say.
    private static ContinuationMethod? Continues(RecordedFlight flight) =>
        flight.Metadata.GetValueOrDefault("model")?.GetValueOrDefault("continues") is { } name
        && Enum.TryParse<ContinuationMethod>(name.Replace("CONTINUATION_METHOD_", "", StringComparison.Ordinal), ignoreCase: true, out var method) ? method : null;
}
