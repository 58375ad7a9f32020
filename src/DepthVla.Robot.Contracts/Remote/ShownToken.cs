using System.Net.Http.Headers;
using DepthVla.Robot.Contracts.Trust;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>Shows the token of a file with every call.</summary>
internal sealed class ShownToken(string scheme, ServiceCredentials credentials, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, credentials.Token());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new HttpRequestException($"{credentials.TokenFile}: {e.Message}", e);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
