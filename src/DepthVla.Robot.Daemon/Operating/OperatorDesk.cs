using System.Globalization;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>Hands an operator's words to the control thread, and tells what came of them. Any thread.</summary>
/// <param name="requests">Where the control thread finds them.</param>
/// <param name="report">What it has done so far.</param>
/// <param name="turns">Its newest turns.</param>
/// <param name="braking">How long braking takes at most, by the limits.</param>
/// <param name="clock">The robot's.</param>
internal sealed class OperatorDesk(OperatorRequests requests, Func<ControlReport> report, Func<TickRecorder> turns, TimeSpan braking, MonotonicClock clock) : IDisposable
{
    private const string NotDriven = "The arm is not being driven at this moment: control is starting or ending.";

    // Heeded within a control period; more than that for a machine that is busy.
    private static readonly TimeSpan Heeded = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);

    private readonly SemaphoreSlim _arming = new(1); // there is one outcome

    /// <summary>Brake, stand, and stay so until armed: something is wrong. Answers once the arm stands.</summary>
    public Task<Answer> StopAsync(CancellationToken cancellationToken)
    {
        requests.Stop();
        return StandsAsync(HoldReason.OperatorStop, "Stopped.", cancellationToken);
    }

    /// <summary>Brake, stand, and wait to be armed: nothing is wrong. Answers once the arm stands.</summary>
    public Task<Answer> HoldAsync(CancellationToken cancellationToken)
    {
        requests.Hold();
        return StandsAsync(HoldReason.OperatorHold, "Holding.", cancellationToken);
    }

    /// <summary>Follow plans, from the next observation on. Answers with what came of it; what was not heeded in time is taken back.</summary>
    public async Task<Answer> ArmAsync(CancellationToken cancellationToken)
    {
        await _arming.WaitAsync(cancellationToken);
        try
        {
            requests.Arm();
            var heeded = await ComesTrueAsync(() => requests.Outcome != ArmOutcome.None, CancellationToken.None); // never left for later
            return heeded || !requests.TryWithdrawArm() ? Words(requests.Outcome) : new(false, $"Not armed. {NotDriven} Try again.");
        }
        finally
        {
            _arming.Release();
        }
    }

    public void Dispose() => _arming.Dispose();

    private static Answer Words(ArmOutcome outcome) => outcome switch
    {
        ArmOutcome.Armed => new(true, "Armed. The arm follows the plans that come of observations made from now on."),
        ArmOutcome.Moving => new(false, "Not armed: the arm still moves. Wait until it stands, then arm it again."),
        ArmOutcome.StateNotCurrent => new(false, "Not armed: where the arm is has not been heard in time. Look at the arm, its power and its cable; it can be armed once its state comes again."),
        ArmOutcome.NotWhereTold => new(false, "Not armed: the arm is not where it was told to be. It was pushed, or lost its power. Look at it, end the daemon, and start it anew: it begins where the arm is."),
        ArmOutcome.Teaching => new(false, "Not armed: the arm is being taught. End that first: teach end."),
        ArmOutcome.OutsideLimits => new(false, "Not armed: the arm was moved by hand to where it may not be driven. Teach it again, and move it inside its limits; teach end says which."),
        ArmOutcome.Overruled => new(false, "Not armed: somebody asked for a stop or a hold in the same moment. Find out why before you arm it again."),
        _ => new(false, $"Not armed. {NotDriven} Try again."),
    };

    private async Task<Answer> StandsAsync(HoldReason reason, string done, CancellationToken cancellationToken)
    {
        var askedNs = clock.NowNs;
        if (!await ComesTrueAsync(() => report().Holding >= reason, cancellationToken))
            return new(false, $"Not yet heeded. {NotDriven} The word stays: it counts in the first period in which the arm is driven.");

        var stands = await ComesTrueAsync(Stands, braking + Heeded, cancellationToken);
        var standing = stands
            ? string.Create(CultureInfo.InvariantCulture, $"The arm stands, {(clock.NowNs - askedNs) * 1e-9:0.00} s after the word came.")
            : string.Create(CultureInfo.InvariantCulture, $"The arm brakes, but it was not seen to stand within {(braking + Heeded).TotalSeconds:0.00} s: look at it.");
        return new(true, $"{done} {standing} It follows nothing until it is armed.");
    }

    private bool Stands() => turns().Newest(2) is [var before, var last] && before.Hold != HoldReason.None && last.Hold != HoldReason.None && before.Command == last.Command;

    /// <summary>Waits for what the control thread does in its next turn. False where it did not.</summary>
    public static Task<bool> ComesTrueAsync(Func<bool> condition, CancellationToken cancellationToken) => ComesTrueAsync(condition, Heeded, cancellationToken);

    private static async Task<bool> ComesTrueAsync(Func<bool> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < patience; waited += LookEvery)
        {
            if (condition()) return true;
            await Task.Delay(LookEvery, cancellationToken);
        }

        return condition();
    }
}
