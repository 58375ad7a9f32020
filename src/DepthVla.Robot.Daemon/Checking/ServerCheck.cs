using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>What each server serves, and whether robot and policy fit. No session is opened.</summary>
internal static class ServerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="options">With the servers, in the order in which they are turned to; one of them must be there.</param>
    /// <param name="offer">What the robot offers; null where arm or cameras are not known: then nothing is compared.</param>
    /// <param name="arm">As it is driven; null where that is not known.</param>
    /// <param name="clock">The robot's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<CheckRow>> OfAsync(DaemonOptions options, RobotContract? offer, RobotDescription? arm, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var (rows, reached) = (new List<CheckRow>(), 0);
        foreach (var address in options.Servers)
        {
            if (arm is null && Addresses.IsOpenPi(address))
            {
                rows.Add(new(Finding.Note, "server", $"{address}: not asked: the arm is not known"));
                continue;
            }

            using var server = PolicyEndpoints.Of(address, options, arm);
            try
            {
                rows.AddRange(Compare(server.Address, await AskAsync(server, offer, clock, cancellationToken), offer));
                reached++;
            }
            catch (Exception e) when (e is PolicyServiceException or MalformedMessageException) { rows.Add(new(Finding.Note, "server", $"{server.Address}: {e.Message}")); }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                rows.Add(new(Finding.Note, "server", $"{server.Address}: no answer for {Patience.TotalSeconds:0} s"));
            }
        }

        return reached > 0 ? rows : [.. rows.Select(row => row with { Finding = Finding.Refused })];
    }

    private static IEnumerable<CheckRow> Compare(string address, PolicyInfo policy, RobotContract? offer)
    {
        var hash = ModelHash.Short(policy.ModelHash);
        yield return new(policy.Trained ? Finding.Fine : Finding.Note, "server",
            $"{address}: {policy.Name} {hash}, {policy.Precision} on {policy.Device}{(policy.Trained ? "" : "; UNTRAINED: its weights are random, and so will the arm move")}");
        if (offer is null)
        {
            yield return new(Finding.Note, "contract", "not compared: arm or cameras are not known");
            yield break;
        }

        var differences = ContractCheck.Differences(ContractOffer.For(offer, policy), policy);
        if (differences.IsEmpty) yield return new(Finding.Fine, "contract", $"robot and policy fit: {policy.Horizon} steps of {policy.Actions} at {policy.StepRateHz:0.##} Hz");
        foreach (var difference in differences) yield return new(Finding.Refused, "contract", $"{difference}");
    }

    private static async Task<PolicyInfo> AskAsync(IPolicyServer server, RobotContract? offer, MonotonicClock clock, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        return await server.DescribeAsync(offer, clock, limit.Token);
    }
}
