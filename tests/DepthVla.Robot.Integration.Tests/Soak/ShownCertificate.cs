using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace DepthVla.Robot.Integration.Tests.Soak;

/// <summary>What a server shows to somebody who connects now.</summary>
internal static class ShownCertificate
{
    /// <summary>Its serial number, hexadecimal, without the zeros before it: openssl and .NET write them differently.</summary>
    internal static async Task<string> SerialAsync(string address, CancellationToken stop)
    {
        var uri = new Uri(address);
        using var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port, stop);
        X509Certificate? shown = null;
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => (shown = certificate) is not null); // looked at, not trusted
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = uri.Host, ApplicationProtocols = [SslApplicationProtocol.Http2] }, stop);
        return shown!.GetSerialNumberString().TrimStart('0');
    }
}
