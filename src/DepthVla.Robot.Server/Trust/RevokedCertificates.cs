using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DepthVla.Robot.Server.Trust;

/// <summary>Certificates that are good no more, by serial number or SHA-256 fingerprint. Immutable, thread-safe.</summary>
internal sealed class RevokedCertificates
{
    private readonly HashSet<string> _numbers;

    private RevokedCertificates(HashSet<string> numbers) => _numbers = numbers;

    /// <summary>None.</summary>
    public static RevokedCertificates None { get; } = new([]);

    /// <summary>Reads a number a line, hexadecimal, with colons or without, as <c>openssl x509 -serial -fingerprint -sha256</c> prints them; # begins a comment.</summary>
    /// <exception cref="InvalidDataException">A line is something else.</exception>
    public static RevokedCertificates Parse(string text)
    {
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line.Split('#')[0].Trim(), i + 1)))
        {
            if (line.Length == 0) continue;
            var digits = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Replace(":", "", StringComparison.Ordinal);
            if (digits.Length is 0 or > 64 || !digits.All(char.IsAsciiHexDigit)) throw new InvalidDataException($"line {number}: expected a serial number or a SHA-256 fingerprint, hexadecimal");
            numbers.Add(Canonical(digits));
        }

        return new(numbers);
    }

    public bool Contains(X509Certificate2 certificate) =>
        _numbers.Contains(Canonical(certificate.SerialNumber)) || _numbers.Contains(Canonical(certificate.GetCertHashString(HashAlgorithmName.SHA256)));

    private static string Canonical(string digits) => digits.TrimStart('0').ToUpperInvariant();
}
