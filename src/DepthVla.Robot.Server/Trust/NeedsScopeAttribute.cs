namespace DepthVla.Robot.Server.Trust;

/// <summary>Says what a caller must be allowed, on a gRPC service, on one of its methods, or on any other endpoint. What says nothing needs <see cref="Scope.Admin"/>.</summary>
/// <param name="scope">The scope; none where anybody may call.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsScopeAttribute(Scope scope) : Attribute
{
    public Scope Scope => scope;

    /// <summary>What an endpoint needs; the word nearest to it counts.</summary>
    public static Scope Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<NeedsScopeAttribute>()?.Scope ?? Scope.Admin;
}

internal static class NeedsScopeConventions
{
    public static TBuilder NeedsScope<TBuilder>(this TBuilder endpoints, Scope scope) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new NeedsScopeAttribute(scope));
}
