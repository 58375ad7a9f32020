using System.Text;

namespace DepthVla.Robot.Daemon.Http;

/// <summary>What somebody asks: the first line of an HTTP request, and whom it was sent to. Bodies are not read.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Path">Such as /status, without a query.</param>
/// <param name="Host">As the request has it, without a port; empty where it has none.</param>
internal sealed record HttpRequest(string Method, string Path, string Host)
{
    /// <summary>Reads the head of a request, whatever it is. Null for what is none.</summary>
    public static HttpRequest? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"]) return null;
        var host = lines.Skip(1).FirstOrDefault(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase))?[5..].Trim() ?? "";
        var port = host.LastIndexOf(':');
        return new(method, target.Split('?')[0], port > host.LastIndexOf(']') ? host[..port] : host);
    }
}

/// <summary>What is answered.</summary>
/// <param name="Status">200, 404 and so on.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">All of it.</param>
internal sealed record HttpAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public static HttpAnswer Json(string body, int status = 200) => new(status, "application/json", Encoding.UTF8.GetBytes(body));

    public static HttpAnswer Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>All that goes before the body.</summary>
    public byte[] Head() => Encoding.Latin1.GetBytes(
        $"HTTP/1.1 {Status} {Reason}\r\nContent-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");

    private string Reason => Status switch { 200 => "OK", 400 => "Bad Request", 403 => "Forbidden", 404 => "Not Found", 405 => "Method Not Allowed", 500 => "Internal Server Error", _ => "Answer" };
}
