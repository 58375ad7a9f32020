using System.Text;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>What is sent to a port that speaks HTTP/1.1: requests whose lines, headers, bodies and chunks are spoilt, one or several behind one another.</summary>
internal static class HttpRequests
{
    private static readonly string[] Paths =
        ["/livez", "/readyz", "/startupz", "/healthz", "/metrics", "/", "/status", "/camera?robot=r&camera=primary", "/depth?robot=%00&camera=..%2f", "/../../etc/passwd", "/%c0%af", "http://localhost/livez", "*"];

    private static readonly string[] Methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "CONNECT", "TRACE", "get", "PRI"];

    private static readonly string[] Headers =
    [
        "Host: localhost", "Host: a\r\nHost: b", "Connection: close", "Connection: keep-alive, Upgrade\r\nUpgrade: h2c", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 4\r\nContent-Length: 5",
        "Transfer-Encoding: gzip", "Transfer-Encoding: chunked\r\nContent-Length: 3", "Expect: 100-continue", "Range: bytes=0-,-1", "Accept-Encoding: \u00ff", "Cookie: " + new string('a', 4000), "Authorization: Bearer ", "A:\tb\r\n c",
    ];

    private static readonly string[] Bodies = ["5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", "FFFFFFFFFFFFFFFF\r\n", "-1\r\n", "0x5\r\nhello\r\n", "5\nhello\n0\n\n"];

    /// <summary>All that one client sends.</summary>
    public static byte[] Of(Random random)
    {
        var text = new StringBuilder();
        for (var behind = random.Next(4) == 0 ? random.Next(2, 9) : 1; behind > 0; behind--) Append(text, random);
        if (random.Next(256) == 0) text.Insert(0, $"GET /{new string('a', random.Next(100_000))} HTTP/1.1\r\n{new string('b', random.Next(100_000))}: c\r\n\r\n");
        var sound = Encoding.Latin1.GetBytes(text.ToString());
        return random.Next(4) == 0 ? sound : Mutation.Of(sound, random);
    }

    private static void Append(StringBuilder text, Random random)
    {
        text.Append(One(Methods, random, usually: 0)).Append(' ').Append(Paths[random.Next(Paths.Length)]).Append(random.Next(16) == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n").Append("Host: localhost\r\n");
        for (var more = random.Next(3); more > 0; more--) text.Append(Headers[random.Next(Headers.Length)]).Append("\r\n");
        if (random.Next(3) == 0) text.Append("Transfer-Encoding: chunked\r\n\r\n").Append(Bodies[random.Next(Bodies.Length)]);
        else text.Append("\r\n");
    }

    private static string One(string[] of, Random random, int usually) => of[random.Next(2) == 0 ? usually : random.Next(of.Length)];
}
