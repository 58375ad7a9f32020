using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Benchmarks.Serving;

/// <summary>The floor: as many bytes over bare TCP on loopback to another thread, which answers with as many as a chunk has.</summary>
internal static class LoopbackEcho
{
    internal static Timing Measure(int askedBytes, int answeredBytes, int warmUps, int rounds)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var asking = new TcpClient { NoDelay = true };
        asking.Connect((IPEndPoint)listener.LocalEndpoint);
        using var answering = listener.AcceptTcpClient();
        answering.NoDelay = true;

        var server = new Thread(() => Answer(answering.GetStream(), new byte[askedBytes], new byte[answeredBytes], warmUps + rounds)) { IsBackground = true };
        server.Start();
        var (stream, question, answer) = (asking.GetStream(), new byte[askedBytes], new byte[answeredBytes]);
        Array.Fill(question, (byte)1); // untouched memory is one page of zeros over and over, and too cheap to read
        var timing = Timing.Of(() =>
        {
            stream.Write(question);
            stream.ReadExactly(answer);
        }, warmUps, rounds);
        server.Join();
        return timing;
    }

    private static void Answer(NetworkStream stream, byte[] question, byte[] answer, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            stream.ReadExactly(question);
            stream.Write(answer);
        }
    }
}
