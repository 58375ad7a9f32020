using System.Collections.Immutable;

namespace DepthVla.Robot.Server.Trust;

/// <summary>Who calls, as far as the server knows, and what that one may. Immutable.</summary>
/// <param name="Name">As the token file or the certificate says.</param>
/// <param name="KnownBy">"token", "certificate", both, or "nothing" where nobody need be known.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Robots">Which robots it may command.</param>
internal sealed record Caller(string Name, string KnownBy, ImmutableArray<Scope> Scopes, ImmutableArray<string> Robots)
{
    /// <summary>Stands for every robot.</summary>
    public const string AnyRobot = "*";

    /// <summary>Everybody, on a server that asks nobody who they are.</summary>
    public static Caller Anybody { get; } = new("anybody", "nothing", [Scope.Infer, Scope.Observe, Scope.Admin], [AnyRobot]);

    public bool May(Scope scope) => scope == Scope.None || Scopes.Contains(scope);

    public bool MayCommand(string robot) => Robots.Contains(robot, StringComparer.Ordinal) || Robots.Contains(AnyRobot, StringComparer.Ordinal);

    /// <summary>This one, shown together with <paramref name="other"/>: what both may and no more.</summary>
    public Caller And(Caller other) => new(
        Name == other.Name ? Name : $"{Name} and {other.Name}", $"{KnownBy} and {other.KnownBy}", [.. Scopes.Where(other.May)],
        [.. Robots.Contains(AnyRobot, StringComparer.Ordinal) ? other.Robots : Robots.Where(other.MayCommand)]);
}
