namespace DepthVla.Robot.Daemon.Options;

/// <summary>Addresses as they may be shown to others.</summary>
internal static class Addresses
{
    /// <summary>Whether openpi's protocol is spoken there.</summary>
    public static bool IsOpenPi(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss";

    /// <summary>One or several with commas between, without the names and passwords that stand in them.</summary>
    public static string WithoutUser(string addresses) => string.Join(',', addresses.Split(',', StringSplitOptions.TrimEntries).Select(address =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? address.Replace($"{uri.UserInfo}@", "", StringComparison.Ordinal) : address));
}
