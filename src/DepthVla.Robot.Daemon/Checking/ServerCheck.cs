using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>What each server serves, and whether robot and policy fit. No session is opened.</summary>
internal static class ServerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="servers">In the order in which they are turned to; one of them must be there.</param>
    /// <param name="credentials">How to know each, and be known.</param>
    /// <param name="offer">What the robot offers; null where arm or cameras are not known: then nothing is compared.</param>
    /// <param name="clock">The robot's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<CheckRow>> OfAsync(
        IReadOnlyList<string> servers, ServiceCredentials credentials, RobotContract? offer, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var (rows, reached) = (new List<CheckRow>(), 0);
        foreach (var address in servers)
        {
            try
            {
                rows.AddRange(Compare(address, await AskAsync(address, credentials, clock, cancellationToken), offer));
                reached++;
            }
            catch (Exception e) when (e is PolicyServiceException or MalformedMessageException) { rows.Add(new(Finding.Note, "server", $"{address}: {e.Message}")); }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                rows.Add(new(Finding.Note, "server", $"{address}: no answer for {Patience.TotalSeconds:0} s"));
            }
        }

        return reached > 0 ? rows : [.. rows.Select(row => row with { Finding = Finding.Refused })];
    }

    private static IEnumerable<CheckRow> Compare(string address, PolicyInfo policy, RobotContract? offer)
    {
        var hash = policy.ModelHash[..Math.Min(12, policy.ModelHash.Length)];
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

    private static async Task<PolicyInfo> AskAsync(string address, ServiceCredentials credentials, MonotonicClock clock, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var channel = ServiceChannel.Create(address, credentials);
        return (await RemotePolicy.ConnectAsync(channel, clock, limit.Token)).Info;
    }
}
