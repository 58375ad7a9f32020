using System.Collections.Immutable;
using System.Security.Cryptography;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>A parsed SentencePiece <c>.model</c> file: pieces in id order and the two specifications that matter for encoding.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>The largest vocabularies in use take 5 MB. A bound here bounds all that is built from the file.</summary>
    private const int MaxBytes = 16 << 20;

    private SentencePieceModel(ImmutableArray<Piece> pieces, TrainerSpec trainer, NormalizerSpec normalizer, string hash) =>
        (Pieces, Trainer, Normalizer, Hash) = (pieces, trainer, normalizer, hash);

    /// <summary>The vocabulary; a piece's index is its id.</summary>
    public ImmutableArray<Piece> Pieces { get; }

    public TrainerSpec Trainer { get; }

    public NormalizerSpec Normalizer { get; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is not such a model; the message names the field.</exception>
    public static SentencePieceModel Load(string path)
    {
        using var file = File.OpenRead(path);
        CheckSize(file.Length);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Parse(bytes);
    }

    /// <summary>Reads a file's content. The model keeps <paramref name="file"/>; nobody may change it afterwards.</summary>
    /// <exception cref="InvalidDataException">It is not such a model; the message names the field.</exception>
    public static SentencePieceModel Parse(ReadOnlyMemory<byte> file)
    {
        CheckSize(file.Length);
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        var trainer = new TrainerSpec();
        var normalizer = new NormalizerSpec();
        var denormalizer = new NormalizerSpec();
        for (var reader = new WireReader(file); reader.Next();)
        {
            switch (reader.Tag)
            {
                case (1, WireType.Bytes): pieces.Add(ReadPiece(reader.Bytes, id: pieces.Count)); break;
                case (2, WireType.Bytes): trainer = trainer.Merge(reader.Bytes); break;
                case (3, WireType.Bytes): normalizer = normalizer.Merge(reader.Bytes); break;
                case (5, WireType.Bytes): denormalizer = denormalizer.Merge(reader.Bytes); break;
            }
        }

        if (!denormalizer.PrecompiledCharsMap.IsEmpty)
        {
            throw new InvalidDataException("denormalizer_spec.precompiled_charsmap: decoding through a character map is not supported; retrain without it");
        }

        return new(pieces.ToImmutable(), trainer, normalizer, Convert.ToHexStringLower(SHA256.HashData(file.Span)));
    }

    private static Piece ReadPiece(ReadOnlyMemory<byte> message, int id)
    {
        var piece = new Piece(default, 0, PieceType.Normal);
        for (var reader = new WireReader(message); reader.Next();)
        {
            piece = reader.Tag switch
            {
                (1, WireType.Bytes) => piece with { Utf8 = reader.Bytes },
                (2, WireType.Fixed32) => piece with { Score = reader.Single },
                (3, WireType.Varint) => piece with { Type = (PieceType)reader.Int32 },
                _ => piece,
            };
        }

        if (piece.Utf8.IsEmpty) throw new InvalidDataException($"pieces[{id}].piece: it is empty; every id needs a spelling");
        if (!float.IsFinite(piece.Score)) throw new InvalidDataException($"pieces[{id}].score: expected a finite number, got {piece.Score}");
        if (!Enum.IsDefined(piece.Type)) throw new InvalidDataException($"pieces[{id}].type: expected 1 to 6, got {(int)piece.Type}");
        return piece;
    }

    private static void CheckSize(long bytes)
    {
        if (bytes > MaxBytes) throw new InvalidDataException($"expected a SentencePiece model of at most {MaxBytes} bytes, got {bytes}; this is another file");
    }
}
