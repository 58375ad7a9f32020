using System.CommandLine;
using DepthVla.Admin.V1;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Tools.CommandLine;
using Grpc.Core;

namespace DepthVla.Robot.Tools.Models;

/// <summary><c>depthvla model</c>: what a running server serves, and what it shall.</summary>
internal static class ModelCommand
{
    internal static Command Create() => new("model", "Change what a running server serves, without stopping it") { List(), Load(), Promote(), Rollback() };

    private static Command List() => Calling("list", "Show the models that are served, those that stand by, and the checkpoints that may be loaded",
        async (_, admin, stop) => ModelTable.Print(await admin.ListModelsAsync(new(), cancellationToken: stop)));

    private static Command Load()
    {
        var path = new Argument<string>("path") { Description = "the checkpoint's folder, relative to the server's --models" };
        var name = Name();
        var command = Calling("load", "Load a checkpoint beside the model that is served, check it and warm it up", async (parsed, admin, stop) =>
        {
            var loaded = (await admin.LoadModelAsync(new() { Path = parsed.GetRequiredValue(path), Name = parsed.GetValue(name) ?? "" }, cancellationToken: stop)).Model;
            Console.WriteLine($"{ModelTable.Of(loaded)} stands by: depthvla model promote {ModelTable.Short(loaded)}{(parsed.GetValue(name) is { } said ? $" --name {said}" : "")}");
        });
        command.Add(path);
        command.Add(name);
        return command;
    }

    private static Command Promote()
    {
        var model = new Argument<string>("model") { Description = "the name, or the hash or its first characters, of the model that stands by" };
        var (name, fitting) = (Name(), Fitting());
        var command = Calling("promote", "Serve the model that stands by, from the next answer on", async (parsed, admin, stop) =>
        {
            var done = await admin.PromoteModelAsync(new() { Model = parsed.GetRequiredValue(model), Name = parsed.GetValue(name) ?? "", OnlyIfFitting = parsed.GetValue(fitting) }, cancellationToken: stop);
            ModelTable.Print(done.Model, done.SessionsKept, done.SessionsEnded);
        });
        command.Add(model);
        command.Add(name);
        command.Add(fitting);
        return command;
    }

    private static Command Rollback()
    {
        var (name, fitting) = (Name(), Fitting());
        var command = Calling("rollback", "Serve the model that was served before the last promotion", async (parsed, admin, stop) =>
        {
            var done = await admin.RollbackModelAsync(new() { Name = parsed.GetValue(name) ?? "", OnlyIfFitting = parsed.GetValue(fitting) }, cancellationToken: stop);
            ModelTable.Print(done.Model, done.SessionsKept, done.SessionsEnded);
        });
        command.Add(name);
        command.Add(fitting);
        return command;
    }

    private static Option<string?> Name() => new("--name") { Description = "the name that the model is served under, where the server serves several", HelpName = "NAME" };

    private static Option<bool> Fitting() => new("--only-if-fitting") { Description = "change nothing if a robot's session would end" };

    private static Command Calling(string name, string description, Func<ParseResult, AdminService.AdminServiceClient, CancellationToken, Task> call)
    {
        var command = new Command(name, description);
        var server = new Option<string>("--server") { Description = "the server's gRPC port", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:50051" };
        var known = new CredentialOptions();
        command.Add(server);
        foreach (var option in known.All) command.Add(option);
        command.SetAction(async (parsed, stop) =>
        {
            var address = parsed.GetRequiredValue(server);
            if (!address.StartsWith("unix:", StringComparison.Ordinal) && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            {
                throw new UsageException(new(server.Name, "http://host:port, https://host:port or unix:PATH", $"'{address}'", "say where the server's gRPC port is, such as https://gpu-box:50051"));
            }

            using var channel = ServiceChannel.Create(address, known.Read(parsed, address));
            try { await call(parsed, new(channel), stop); }
            catch (RpcException e) when (!stop.IsCancellationRequested) { throw PolicyErrors.Translate(e); }
        });
        return command;
    }
}
