using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

/// <summary>Whatever the bytes: a clear refusal, or a tokenizer that works; never a crash, a hang or memory without bound.</summary>
public sealed class SentencePieceFaultTests
{
    private const int Rounds = 300;
    private const long MaxAllocated = 256 << 20;

    private static readonly string[] Texts = ["", "pick up the red cube", "  \u2581 ﬁ①\ud83d\0\n\n\n<image><loc0123> 漢字 ", new('a', 3000), new(' ', 3000)];

    public static IEnumerable<TheoryDataRow<ReferenceModel>> Models => ReferenceModel.All();

    [Theory, MemberData(nameof(Models))]
    public void Parse_DamagedModel_RefusesOrWorks(ReferenceModel reference)
    {
        var sound = File.ReadAllBytes(reference.File);
        var random = new Random(20241122);
        var (refused, worked) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            if (Use(Damage(sound, random))) worked++;
            else refused++;
        }

        Assert.True(refused > 0 && worked > 0, $"{refused} refused, {worked} worked: the damage is too mild or too heavy to tell anything");
    }

    [Fact]
    public void Parse_Noise_RefusesOrWorks()
    {
        var random = new Random(20241123);
        for (var round = 0; round < 10 * Rounds; round++)
        {
            var noise = new byte[random.Next(400)];
            random.NextBytes(noise);
            Use(noise);
        }
    }

    [Fact]
    public void Parse_NoiseInPlaceOfTheCharacterMap_RefusesOrWorks()
    {
        var random = new Random(20241124);
        var worked = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var map = new byte[4 + 4096 + 64];
            random.NextBytes(map);
            BitConverter.TryWriteBytes(map, 4096);
            map[^1] = 0;
            if (round % 2 == 0) for (var unit = 4; unit < 4100; unit += 4) map[unit + 3] = 0; // short links: they stay inside
            if (Use(ModelFile.Of(ModelType.Unigram, "a", "b").Normalizer(ModelFile.Bytes(2, map)).ToArray())) worked++;
        }

        Assert.NotEqual(0, worked);
    }

    [Fact]
    public void Encode_UnusedPiecesNestedDeep_FallsApart()
    {
        const int Length = 20_000;
        var file = ModelFile.Of(ModelType.Bpe, "a");
        for (var length = 2; length <= 2 * 64; length++) file.Add(new string('a', length), PieceType.Unused, score: length);
        var model = file.Parse();

        Assert.Equal(Enumerable.Repeat(1, Length), new SentencePieceTokenizer(model).Encode(new string('a', Length)));
    }

    /// <summary>True when the model could be used; false when it was refused.</summary>
    private static bool Use(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var tokenizer = new SentencePieceTokenizer(SentencePieceModel.Parse(bytes));
            foreach (var text in Texts)
            {
                var ids = tokenizer.Encode(text);
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                tokenizer.Decode(ids);
            }

            return true;
        }
        catch (InvalidDataException refusal)
        {
            Assert.NotEmpty(refusal.Message);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = sound.ToList();
        for (var hits = random.Next(1, 6); hits > 0; hits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = 0xff; break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }

            if (bytes.Count == 0) break;
        }

        return [.. bytes];
    }
}
