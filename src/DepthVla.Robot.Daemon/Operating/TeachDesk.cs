using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>Lets people read an arm's poses and ranges, and move it by hand where it can be let go. Any thread; one word at a time.</summary>
/// <remarks>
/// It begins where the arm stands and nothing may command it: idle, or held or stopped by somebody or something. No connection is kept: it goes on until somebody ends it,
/// stops or holds the arm, or the daemon ends. Ending it moves nothing, and arms nothing.
/// </remarks>
/// <param name="requests">Where the control thread finds wishes.</param>
/// <param name="report">What it has done so far.</param>
/// <param name="turns">Its newest turns.</param>
/// <param name="arm">The arm; read of it is what never changes.</param>
/// <param name="problemsAt">What keeps the arm from being driven from somewhere, one line each.</param>
internal sealed class TeachDesk(OperatorRequests requests, Func<ControlReport> report, Func<TickRecorder> turns, IRobot arm, Func<JointState, ImmutableArray<string>> problemsAt) : IDisposable
{
    private const string Warning = "While it is taught this arm's motors are OFF: IT FALLS unless somebody holds it, and stays limp if the daemon is killed or its cable pulled. ";

    // What an arm that is held still by a hand moves within that time.
    private const long StillNs = 200_000_000;
    private const double MostRadians = 0.01, MostMetres = 0.002;

    private const int LongestName = 64;

    private static readonly TimeSpan FollowEvery = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _words = new(1);
    private readonly CancellationTokenSource _disposed = new();
    private volatile Lesson? _lesson;

    /// <summary>Why nothing can be taught in this run, with the remedy; null where it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>Begins.</summary>
    public Task<Answer> StartAsync(TeachWay way, CancellationToken stop) => InTurnAsync(() => StartNowAsync(way), stop);

    /// <summary>Keeps where the arm is under a name.</summary>
    public Task<Answer> PoseAsync(string name, CancellationToken stop) => InTurnAsync(() => Task.FromResult(Pose(name)), stop);

    /// <summary>Ends it: the arm is held where it is.</summary>
    public Task<Answer> EndAsync(CancellationToken stop) => InTurnAsync(EndNowAsync, stop);

    /// <summary>What was taught so far, or the last time.</summary>
    public Answer Show()
    {
        if (_lesson is not { } lesson) return new(false, "Nothing was taught since this daemon began. To begin: teach start.");
        lesson.Follow();
        return new(true, lesson.HasEnded ? "Taught before." : "Being taught.") { Lesson = lesson.Record() };
    }

    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
        _words.Dispose();
    }

    private async Task<Answer> InTurnAsync(Func<Task<Answer>> word, CancellationToken stop)
    {
        await _words.WaitAsync(stop);
        try { return await word(); }
        finally { _words.Release(); }
    }

    private async Task<Answer> StartNowAsync(TeachWay way)
    {
        var byHand = way != TeachWay.Held;
        if (Refusal is not null) return new(false, $"Not begun: {Refusal}");
        if (byHand && arm.FreeDrive == FreeDrive.None)
            return new(false, $"Not begun: the driver of this arm ({arm.Description.Name}) cannot let it go. To read poses where it stands: teach start held. To move it by hand, end the daemon and use its maker's way.");
        if (way == TeachWay.Free && arm.FreeDrive == FreeDrive.Limp) return new(false, $"Not begun. {Warning}Hold it, then say: teach start limp. To read poses where it stands: teach start held.");
        var holding = report().Holding;
        if (holding == HoldReason.Teaching) return new(false, "It is being taught already. To end that: teach end.");
        if (holding < HoldReason.NotArmed) return new(false, "Not begun: the arm is armed, and may move by itself at any moment. Hold it or stop it first.");
        if (Moves()) return new(false, "Not begun: the arm moves. Wait until it stands.");

        var recorder = turns();
        var lesson = new Lesson(arm.Description, way, recorder, recorder.Count);
        requests.Teach(byHand);
        if (!await OperatorDesk.ComesTrueAsync(() => report().Holding == HoldReason.Teaching, CancellationToken.None)) // never left for later
        {
            requests.WithdrawTeach();
            return new(false, "Not begun: the arm moved, was armed, its state is not current, or it is not being driven at this moment. Look at status, then try again.");
        }

        _lesson = lesson;
        _ = FollowAsync(lesson);
        var let = !byHand ? "The arm is held where it stands. " : arm.FreeDrive == FreeDrive.Limp ? $"The arm is limp. {Warning}" : "The arm is free: move it by hand. ";
        return new(true, $"Teaching. {let}Nothing commands it, and arming is refused, until: teach end. To keep a pose: teach pose NAME.");
    }

    private Answer Pose(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return new(false, $"Not kept: expected a name of 1 to {LongestName} letters, digits, - or _, got '{name}'.");
        if (IsOver(out var lesson)) return NotTaught();
        if (turns().Newest(1) is not [var turn] || Moves()) return new(false, "Not kept: the arm moves. Hold it still, then say it again.");
        var isNew = lesson.Keep(name, turn.State.Positions);
        return new(true, $"{(isNew ? "Kept" : "Replaced")} '{name}': {Positions(turn.State.Positions)}. Poses: {lesson.Poses}.") { Lesson = lesson.Record() };
    }

    private async Task<Answer> EndNowAsync()
    {
        if (IsOver(out var lesson)) return NotTaught();
        if (Moves()) return new(false, "Still teaching: the arm moves. Hold it still, then say it again; stop holds it wherever it is.");
        requests.EndTeaching();
        if (!await OperatorDesk.ComesTrueAsync(() => report().Holding != HoldReason.Teaching, CancellationToken.None))
            return new(false, "Not yet heeded: the arm is not being driven at this moment. The word stays: it counts in the first period in which it is driven.");

        lesson.Follow();
        var record = lesson.Record();
        var (tooFast, outside) = (TooFast(record), turns().Newest(1) is [var turn] ? problemsAt(turn.State) : []);
        return new(true, string.Create(CultureInfo.InvariantCulture, $"Taught for {record.Seconds:0.0} s, {record.Poses.Count} poses. The arm is held where it is, and follows nothing until it is armed.")
            + (tooFast.Length > 0 ? $" Moved faster than commands may: {tooFast}; nothing came of it." : "")
            + (outside.Length > 0 ? $" It stands where it CANNOT BE ARMED: {string.Join("; ", outside)}. Teach it again, and move it inside." : "")) { Lesson = record };
    }

    private static Answer NotTaught() => new(false, "The arm is not being taught: it never was, or something ended it. To begin: teach start. What was taught before: teach show.");

    private bool IsOver([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Lesson? lesson)
    {
        lesson = _lesson;
        lesson?.Follow();
        return lesson is null or { HasEnded: true } || report().Holding != HoldReason.Teaching;
    }

    private async Task FollowAsync(Lesson lesson)
    {
        try
        {
            for (var stop = _disposed.Token; !lesson.HasEnded; await Task.Delay(FollowEvery, stop)) lesson.Follow();
        }
        catch (OperationCanceledException)
        {
            // the daemon ends
        }
    }

    // By where it was: measured speeds of small motors are coarse.
    private bool Moves()
    {
        var newest = turns().Newest(1024);
        if (newest.Length == 0) return false;
        var (since, joints) = (newest[^1].Tick.TimeNs - StillNs, arm.Description.Joints);
        for (var i = 0; i < joints.Length; i++)
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var turn in newest)
                if (turn.Tick.TimeNs >= since) (low, high) = (Math.Min(low, turn.State.Positions[i]), Math.Max(high, turn.State.Positions[i]));
            if (!(high - low <= (joints[i].Unit == JointUnit.Radian ? MostRadians : MostMetres))) return true; // so does NaN
        }

        return false;
    }

    private string Positions(JointVector positions) =>
        string.Join(" ", arm.Description.Joints.Select((joint, i) => string.Create(CultureInfo.InvariantCulture, $"{joint.Name} {positions[i]:0.000}")));

    private static string TooFast(TeachRecord record) => string.Join(", ", record.Joints.Where(joint => joint.Value.TooFast)
        .Select(joint => string.Create(CultureInfo.InvariantCulture, $"{joint.Key} {joint.Value.Fastest:0.00} of {joint.Value.MaxVelocity:0.00} {joint.Value.Unit}/s")));
}
