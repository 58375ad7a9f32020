using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>The first attempts in pictures: what the first camera saw at the beginning, in the middle and at the end of each.</summary>
/// <remarks>Pictures come from the observing thread, and nothing comes while an attempt is closed.</remarks>
/// <param name="most">How many attempts to keep.</param>
internal sealed class AttemptAlbum(int most)
{
    /// <summary>How many attempts a strip shows.</summary>
    public const int Usual = 12;

    private const int AttemptsInARow = 2;

    private readonly List<(Attempt Attempt, string Outcome, Observation[] Moments)> _entries = [];
    private readonly List<Observation> _seen = [];

    /// <summary>An observation of the attempt under way.</summary>
    public void Keep(Observation observation)
    {
        if (_entries.Count < most) _seen.Add(observation);
    }

    /// <summary>The attempt is over; one that was cut short has no outcome, and leaves nothing.</summary>
    public void Close(Attempt attempt, TaskOutcome? outcome)
    {
        if (outcome is not null && _seen is [var first, .., var last] && _entries.Count < most)
            _entries.Add((attempt, OutcomeText.Of(outcome), [first, _seen[_seen.Count / 2], last]));
        _seen.Clear();
    }

    /// <summary>Draws two attempts a row, three pictures each. False when there was none.</summary>
    public bool TryWrite(string file)
    {
        if (_entries.Count == 0) return false;
        var rows = _entries.Chunk(AttemptsInARow).Select(row => row.SelectMany(Pictures).ToArray()).ToArray();
        File.WriteAllBytes(file, PngCodec.Encode(PictureStrip.Draw(rows)));
        return true;
    }

    private static IEnumerable<LabelledPicture> Pictures((Attempt Attempt, string Outcome, Observation[] Moments) entry)
    {
        string[] labels = [$"{entry.Attempt.Number} {entry.Attempt.Task.Name}", $"seed {entry.Attempt.Seed}", entry.Outcome];
        return entry.Moments.Zip(labels, (observation, label) => new LabelledPicture(Picture(observation), label));
    }

    private static RgbImage Picture(Observation observation) => FrameDecoder.Decode(observation.Frames[0]);
}
