using System.Net.Sockets;
using System.Text;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>Asks the controller's dashboard what RTDE does not tell: remote control and model.</summary>
/// <remarks>
/// A line each way. Source: "Dashboard Server e-Series". A dashboard that is off, or older than the question, is no problem: without remote
/// control the script does not start, and that is noticed too.
/// </remarks>
internal static class Dashboard
{
    private const int MaxLineBytes = 256;

    public static async Task AskAsync(UniversalRobotsOptions options, List<string> problems, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.StartTimeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(options.Host, options.DashboardPort!.Value, patience.Token).ConfigureAwait(false);
            var stream = client.GetStream();
            await ReadLineAsync(stream, patience.Token).ConfigureAwait(false);   // its greeting
            if (await AskAsync(stream, "is in remote control", patience.Token).ConfigureAwait(false) == "false")
            {
                problems.Add("the controller is in local control and takes no script: switch to remote control on the pendant");
            }

            var model = await AskAsync(stream, "get robot model", patience.Token).ConfigureAwait(false);
            if (model.StartsWith("UR", StringComparison.Ordinal) && !IsSame(model, options.Description.Name))
            {
                problems.Add($"the controller drives a {model}; expected a {options.Description.Name}");
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Some controllers leave out the e.
    private static bool IsSame(string model, string name) => string.Equals(model.TrimEnd('e'), name.TrimEnd('e'), StringComparison.OrdinalIgnoreCase);

    private static async Task<string> AskAsync(NetworkStream stream, string question, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(question + "\n"), cancellationToken).ConfigureAwait(false);
        return await ReadLineAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count < MaxLineBytes)
        {
            await stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            if (one[0] == '\n') break;
            line.Add(one[0]);
        }

        return Rtde.RtdePackage.Printable(line.ToArray()).Trim();
    }
}
