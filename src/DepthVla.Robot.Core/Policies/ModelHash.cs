namespace DepthVla.Robot.Core.Policies;

/// <summary>A model's hash, 64 hexadecimal digits of SHA-256, as people read it.</summary>
public static class ModelHash
{
    private const int Digits = 12;

    /// <summary>Its first twelve digits: enough to tell two models apart by eye, and never all of them.</summary>
    /// <param name="hash">The whole hash; anything shorter is left as it is.</param>
    public static string Short(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length > Digits ? hash[..Digits] : hash;
    }
}
