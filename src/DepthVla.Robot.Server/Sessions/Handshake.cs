using System.Collections.Immutable;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>What a robot and the server agreed on.</summary>
/// <param name="Contract">The robot's.</param>
/// <param name="Model">Which model answers.</param>
/// <param name="Policy">What that was when they agreed.</param>
internal sealed record Agreement(RobotContract Contract, ServedModel Model, PolicyInfo Policy);

/// <summary>The first message of a stream: a contract that fits a model, or the end.</summary>
internal sealed class Handshake(ServedModels models, ServerOptions options, TimeProvider time, Refusals refusals)
{
    // Everything in an observation that is not pixels: names, state, instruction, framing.
    private const int Overhead = 16 << 10;

    /// <exception cref="RpcException">There is no contract, it means nothing, names no model that is served, or fits none.</exception>
    /// <exception cref="OperationCanceledException">The stream ended.</exception>
    public async Task<Agreement> AgreeAsync(IAsyncStreamReader<Wire.ActRequest> requests, CancellationToken end)
    {
        var contract = Read(await ReadFirstAsync(requests, end));
        var found = ImmutableArray.CreateBuilder<ContractDifference>();
        foreach (var model in Candidates(contract))
        {
            var policy = model.Policy!;
            var differences = ContractCheck.Differences(contract, policy).AddRange(FramesThatDoNotFit(contract));
            if (differences.IsEmpty) return new(contract, model, policy);
            found.AddRange(models.All.Length == 1 ? differences : differences.Select(one => one with { Field = $"models[{model.Name}].{one.Field}" }));
        }

        throw refusals.Mismatch(contract.RobotId, found.ToImmutable());
    }

    private ImmutableArray<ServedModel> Candidates(RobotContract contract) =>
        contract.Model is not { } name ? models.All : [models.Find(name) ?? throw refusals.NotServed(name, models)];

    private async Task<Wire.ActRequest?> ReadFirstAsync(IAsyncStreamReader<Wire.ActRequest> requests, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(options.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
        try
        {
            return await requests.MoveNext(either.Token) ? requests.Current : null;
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return null;
        }
    }

    private RobotContract Read(Wire.ActRequest? first)
    {
        if (first?.Contract is not { } message)
        {
            var came = first is null ? "nothing" : first.RequestCase.ToString();
            throw refusals.Because(StatusCode.FailedPrecondition, Reasons.ContractExpected, $"The first request of a stream is a contract; got {came}.");
        }

        try
        {
            return message.ToCore();
        }
        catch (MalformedMessageException e)
        {
            throw refusals.Invalid(Reasons.FieldInvalid, "The contract cannot be read.", e.Violations);
        }
    }

    private ImmutableArray<ContractDifference> FramesThatDoNotFit(RobotContract contract)
    {
        var raw = contract.Cameras.Where(c => c.Encoding == ImageEncoding.Rgb8).Sum(c => 3L * c.Width * c.Height);
        return raw + Overhead <= options.MaxRequestBytes
            ? []
            : [new("cameras", $"raw frames of at most {options.MaxRequestBytes - Overhead} bytes together", $"{raw} bytes", "send JPEG or smaller frames, or raise the server's MaxRequestBytes")];
    }
}
