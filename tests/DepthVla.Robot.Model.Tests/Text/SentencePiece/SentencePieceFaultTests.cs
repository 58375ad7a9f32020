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

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    public void Encode_DamagedCharacterMap_StaysInsideIt(int seed) =>
        Assert.True(Use(ModelFile.Of(ModelType.Unigram, "a", "b").Normalizer(ModelFile.Bytes(2, DamagedMap(new(seed)))).ToArray()));

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

    /// <summary>Any byte leads on in this trie, most links stay inside, and values fall inside as well as outside the pool.</summary>
    private static byte[] DamagedMap(Random random)
    {
        var units = new uint[1024];
        for (var i = 0; i < units.Length; i++)
        {
            var (label, leaf, link) = ((uint)i & 0xff, (uint)random.Next(2) << 8, (uint)random.Next(random.Next(4) == 0 ? 8 : 2) << 18);
            units[i] = label | leaf | link;
        }

        var pool = new byte[300_000];
        for (var i = 0; i < pool.Length; i += 3) pool[i] = (byte)random.Next(256);
        return [.. BitConverter.GetBytes(units.Length * sizeof(uint)), .. units.SelectMany(BitConverter.GetBytes), .. pool];
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
