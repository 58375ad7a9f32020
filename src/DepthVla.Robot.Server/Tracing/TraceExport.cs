using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DepthVla.Robot.Server.Tracing;

/// <summary>Sends traces over OTLP, as protobuf by HTTP, where the operator says so. Headers, sampling and patience: OpenTelemetry's own <c>OTEL_…</c> variables.</summary>
internal sealed class TraceExport(ServerOptions options) : IHostedService, IDisposable
{
    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("depthvla-server", serviceVersion: ServerMetrics.Version))
            .AddSource(ObservationTracing.Source)
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = new Uri(new Uri(options.Otlp.TrimEnd('/') + "/"), "v1/traces");
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left; a collector that is gone is waited for five seconds at most.</summary>
    public void Dispose() => _provider?.Dispose();
}

internal static class TracingServices
{
    public static void AddTracing(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<ObservationTracing>();
        if (options.Otlp.Length > 0) services.AddHostedService<TraceExport>();
    }
}
