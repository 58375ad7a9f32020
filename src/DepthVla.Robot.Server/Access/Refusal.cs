using System.Text;
using DepthVla.Robot.Contracts.Errors;
using Grpc.Core;

namespace DepthVla.Robot.Server.Access;

/// <summary>Why a caller is not let in.</summary>
/// <param name="Status">UNAUTHENTICATED for who is not known, PERMISSION_DENIED for who may not, RESOURCE_EXHAUSTED for who calls too often.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">For the caller: what is missing, and nothing of what is secret.</param>
/// <param name="Caller">Who that is, where that is known.</param>
internal sealed record Refusal(StatusCode Status, string Reason, string Message, Trust.Caller? Caller = null)
{
    private const string Grpc = "application/grpc";

    /// <summary>When to come back, where that helps.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Answers a call with it, as the caller's protocol says such things.</summary>
    public Task AnswerAsync(HttpContext call) =>
        call.Request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) == true ? AnswerGrpcAsync(call.Response) : AnswerHttpAsync(call);

    // A response of nothing but trailers, which stand among the headers.
    private Task AnswerGrpcAsync(HttpResponse response)
    {
        response.ContentType = Grpc;
        response.Headers["grpc-status"] = $"{(int)Status}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(Message);
        foreach (var detail in PolicyErrors.Create(Status, Reason, Message, RetryAfter).Trailers)
        {
            response.Headers[detail.Key] = detail.IsBinary ? Convert.ToBase64String(detail.ValueBytes) : detail.Value;
        }

        return response.CompleteAsync();
    }

    private Task AnswerHttpAsync(HttpContext call)
    {
        var response = call.Response;
        response.StatusCode = Status switch
        {
            StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status403Forbidden,
        };
        if (Status == StatusCode.Unauthenticated) response.Headers.WWWAuthenticate = "Bearer";
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync($"{Reason}: {Message}\n", Encoding.UTF8, call.RequestAborted);
    }
}
