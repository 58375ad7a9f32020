using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DepthVla.Robot.Server.Tests.Tracing;

/// <summary>A span as it came over the wire.</summary>
internal sealed record ReceivedSpan(string Trace, string Id, string Parent, string Name, ulong StartNs, ulong EndNs, IReadOnlyDictionary<string, string> Attributes, int Status);

/// <summary>An OpenTelemetry collector: takes OTLP over HTTP, and reads the protobuf by its field numbers (opentelemetry/proto/trace/v1/trace.proto).</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public string Address => _app.Urls.First();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._app.Run(collector.TakeAsync);
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        if (context.Request.Path != "/v1/traces" || context.Request.ContentType != "application/x-protobuf")
        {
            context.Response.StatusCode = 404;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        foreach (var resource in Parts(body.ToArray(), 1))
            foreach (var scope in Parts(resource, 2))
                foreach (var span in Parts(scope, 2)) Spans.Enqueue(Read(span));
        context.Response.ContentType = "application/x-protobuf";
    }

    private static ReceivedSpan Read(byte[] span)
    {
        var times = new Dictionary<int, ulong>();
        var input = new CodedInputStream(span);
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Fixed64) times[WireFormat.GetTagFieldNumber(tag)] = input.ReadFixed64();
            else input.SkipLastField();
        }

        string Hex(int field) => Convert.ToHexStringLower(Parts(span, field).SingleOrDefault() ?? []);
        var attributes = Parts(span, 9).ToDictionary(pair => Encoding.UTF8.GetString(Parts(pair, 1).Single()), pair => Value(Parts(pair, 2).Single()));
        var status = Parts(span, 15).SingleOrDefault() is { } told ? Number(told, 3) : 0;
        return new(Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(Parts(span, 5).Single()), times[7], times[8], attributes, (int)status);
    }

    private static string Value(byte[] any) => Parts(any, 1).SingleOrDefault() is { } text ? Encoding.UTF8.GetString(text) : $"{Number(any, 3)}";

    private static long Number(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint) return input.ReadInt64();
            input.SkipLastField();
        }

        return 0;
    }

    private static List<byte[]> Parts(byte[] message, int field)
    {
        var (parts, input) = (new List<byte[]>(), new CodedInputStream(message));
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) parts.Add(input.ReadBytes().ToByteArray());
            else input.SkipLastField();
        }

        return parts;
    }
}
