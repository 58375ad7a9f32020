namespace DepthVla.Robot.Server.Trust;

/// <summary>Says of a gRPC service, one of its methods, or any other endpoint that one caller may call it only so often: for calls that open something or change something.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LimitedRateAttribute : Attribute;
