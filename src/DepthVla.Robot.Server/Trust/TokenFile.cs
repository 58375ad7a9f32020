using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Server.Trust;

/// <summary>The tokens that the server knows, each by its SHA-256: whoever reads the file has none of them. Immutable, thread-safe.</summary>
internal sealed class TokenFile
{
    private readonly ImmutableArray<(byte[] Sha256, Caller Caller)> _known;

    private TokenFile(ImmutableArray<(byte[], Caller)> known) => _known = known;

    /// <summary>Reads the JSON text: <c>{"tokens": [{"name", "sha256", "scopes", "robots"}]}</c>.</summary>
    /// <exception cref="InvalidDataException">It is something else. Says which entry, and nothing of its hash.</exception>
    public static TokenFile Parse(string json)
    {
        TokenFileContent content;
        try { content = JsonSerializer.Deserialize(json, TokenFileJson.Default.TokenFileContent) ?? throw new InvalidDataException("expected an object with tokens, got null"); }
        catch (JsonException e) { throw new InvalidDataException($"no such JSON at {e.Path ?? "$"}, line {e.LineNumber + 1}", e); }
        var known = content.Tokens.Select((entry, i) => (Hash(entry, i), Named(entry, i))).ToImmutableArray();
        var twice = known.GroupBy(entry => Convert.ToHexString(entry.Item1), entry => entry.Item2.Name).FirstOrDefault(same => same.Skip(1).Any());
        return twice is null ? new(known) : throw new InvalidDataException($"{string.Join(" and ", twice)} have the same token");
    }

    /// <summary>Whose token it is, or null. Takes as long whatever is shown.</summary>
    public Caller? Find(string token)
    {
        Span<byte> shown = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), shown);
        Caller? found = null;
        foreach (var (sha256, caller) in _known)
        {
            if (CryptographicOperations.FixedTimeEquals(sha256, shown)) found = caller;
        }

        return found;
    }

    private static byte[] Hash(TokenEntry entry, int index)
    {
        try
        {
            if (Convert.FromHexString(entry.Sha256) is { Length: SHA256.HashSizeInBytes } hash) return hash;
        }
        catch (FormatException)
        {
            // said below
        }

        throw new InvalidDataException($"tokens[{index}].sha256: expected 64 hexadecimal digits");
    }

    private static Caller Named(TokenEntry entry, int index)
    {
        if (entry.Name.Length is 0 or > 64 || entry.Name.Any(char.IsControl)) throw new InvalidDataException($"tokens[{index}].name: expected 1 to 64 characters");
        var scopes = entry.Scopes.Select(ScopeNames.Named).ToImmutableArray();
        if (scopes.IsEmpty || scopes.Contains(Scope.None)) throw new InvalidDataException($"tokens[{index}].scopes: expected some of infer, observe and admin");
        return new(entry.Name, "token", scopes, [.. entry.Robots ?? []]);
    }
}

/// <summary>The file as it is written.</summary>
internal sealed record TokenFileContent(IReadOnlyList<TokenEntry> Tokens);

/// <summary>One token.</summary>
/// <param name="Name">Whose it is, for the log.</param>
/// <param name="Sha256">Of the token's bytes, hexadecimal.</param>
/// <param name="Scopes">What its bearer may do.</param>
/// <param name="Robots">Which robots it may command; "*" stands for every one, nothing for none.</param>
internal sealed record TokenEntry(string Name, string Sha256, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Robots = null);

// What is misspelt or missing is no permission, but a fault of the file.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TokenFileContent))]
internal sealed partial class TokenFileJson : JsonSerializerContext;
