namespace DepthVla.Robot.Server.Trust;

/// <summary>What a caller may do. A scope holds no other.</summary>
internal enum Scope
{
    /// <summary>Nothing that anybody might not: for probes.</summary>
    None,

    /// <summary>Asks the policy, and commands the robots that it is bound to.</summary>
    Infer,

    /// <summary>Reads metrics and what the server shows of itself.</summary>
    Observe,

    /// <summary>Changes what the server does.</summary>
    Admin,
}

internal static class ScopeNames
{
    /// <summary>As files, certificates and messages write it.</summary>
    public static string Name(this Scope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>The scope of that name; none for any other text.</summary>
    public static Scope Named(string name) => Enum.GetValues<Scope>().SingleOrDefault(scope => scope.Name() == name);
}
