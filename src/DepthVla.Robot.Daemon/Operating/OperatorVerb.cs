using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Reporting;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>status, arm, hold, stop: an operator's word to a running daemon, and its answer in print.</summary>
internal static class OperatorVerb
{
    /// <summary>Exit code 0 when the word was heeded, 1 when it was not or nobody was there to heed it.</summary>
    public static async Task<int> RunAsync(Verb verb, OperatorOptions options, TextWriter output, TextWriter error)
    {
        try
        {
            var body = await OperatorClient.AskAsync(options.OperatorSocket, verb == Verb.Status ? "GET" : "POST", $"/{verb.ToString().ToLowerInvariant()}");
            return verb == Verb.Status ? Show(body, options.Json, output) : Say(body, options.Json, output, error);
        }
        catch (OperatorSocketException e)
        {
            error.WriteLine(e.Message);
            return 1;
        }
    }

    private static int Show(string body, bool json, TextWriter output)
    {
        if (json) output.WriteLine(body);
        else StatusTable.Write(output, DaemonStatus.Read(body) ?? throw MeansNothing());
        return 0;
    }

    private static int Say(string body, bool json, TextWriter output, TextWriter error)
    {
        var answer = Answer.Read(body) ?? throw MeansNothing();
        if (json) output.WriteLine(body);
        else (answer.Done ? output : error).WriteLine(answer.Text);
        return answer.Done ? 0 : 1;
    }

    private static OperatorSocketException MeansNothing() => new("The daemon's answer means nothing here. Is it of this release?");
}
