using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>teach: an arm is read, and perhaps moved by hand, by words to the daemon that drives it.</summary>
internal static class TeachVerb
{
    /// <summary>Exit code 0 when the word was heeded and what was taught is where it was to go, 1 when not.</summary>
    public static async Task<int> RunAsync(TeachWords words, OperatorOptions options, TextWriter output, TextWriter error)
    {
        try
        {
            var body = await OperatorClient.AskAsync(options.OperatorSocket, words.Method, words.Path);
            var answer = Answer.Read(body) ?? throw new OperatorSocketException("The daemon's answer means nothing here. Is it of this release?");
            if (options.Json) output.WriteLine(body);
            else (answer.Done ? output : error).WriteLine(answer.Text);
            if (!answer.Done) return 1;
            if (answer.Lesson is not { } lesson || words.Path.StartsWith("/teach/pose", StringComparison.Ordinal)) return 0;
            if (!options.Json) Show(lesson, output);
            return words.File.Length == 0 || TryWrite(words.File, lesson, error) ? 0 : 1;
        }
        catch (OperatorSocketException e)
        {
            error.WriteLine(e.Message);
            return 1;
        }
    }

    private static void Show(TeachRecord lesson, TextWriter output)
    {
        foreach (var (name, pose) in lesson.Poses) output.WriteLine($"  {name,-12} {string.Join(" ", pose.Joints.Select(joint => FormattableString.Invariant($"{joint.Key} {joint.Value:0.000}")))}");
        if (lesson.RobotFile.Workspace is null) output.WriteLine("  No workspace box: the tool hardly moved along an axis.");
        output.WriteLine("For the robot file (--robot-file), where the arm went and no further:");
        output.WriteLine(AnswerJson.Indented(lesson.RobotFile));
    }

    private static bool TryWrite(string path, TeachRecord lesson, TextWriter error)
    {
        try
        {
            File.WriteAllText(path, AnswerJson.Indented(lesson) + "\n");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"Cannot write {path}: {e.Message} The daemon keeps what was taught until the next teach start: teach show FILE.");
            return false;
        }
    }
}
