using System.Text;
using DepthVla.Robot.Daemon.Http;
using FsCheck.Xunit;

namespace DepthVla.Robot.Daemon.Tests.Http;

public sealed class HttpRequestTests
{
    [Theory]
    [InlineData("GET /status HTTP/1.1\r\nHost: localhost", "GET", "/status", "localhost")]
    [InlineData("POST /stop?now HTTP/1.0\r\nAccept: */*\r\nhost:  127.0.0.1:8081", "POST", "/stop", "127.0.0.1")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]:80", "GET", "/", "[::1]")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]", "GET", "/", "[::1]")]
    [InlineData("GET / HTTP/1.1", "GET", "/", "")]
    public void Parse_Request_HasMethodPathAndHost(string head, string method, string path, string host) =>
        Assert.Equal(new HttpRequest(method, path, host), HttpRequest.Parse(Encoding.ASCII.GetBytes(head)));

    [Theory]
    [InlineData("")]
    [InlineData("GET")]
    [InlineData("GET status HTTP/1.1")]
    [InlineData("GET /status HTTP/2")]
    [InlineData("GET /status HTTP/1.1 more")]
    [InlineData("PRI * HTTP/2.0")]
    public void Parse_NoRequest_IsNull(string head) => Assert.Null(HttpRequest.Parse(Encoding.ASCII.GetBytes(head)));

    [Property(MaxTest = 1000)]
    public void Parse_AnythingAtAll_NeverFails(byte[] head)
    {
        HttpRequest.Parse(head);
        HttpRequest.Parse([.. "GET /"u8, .. head, .. " HTTP/1.1\r\nHost:"u8, .. head]);
    }
}
