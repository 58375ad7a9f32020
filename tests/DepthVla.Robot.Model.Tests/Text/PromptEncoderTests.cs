using DepthVla.Robot.Model.Tests.Text.SentencePiece;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Text.SentencePiece;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Text;

public sealed class PromptEncoderTests
{
    private readonly ByteTokenizer _bytes = new();

    [Theory]
    [InlineData("pick up", "pick up\n")]
    [InlineData(" \t\r\n\u00a0\u3000\u001c\u001fput_it\nthere \u0085\n", "put it there\n")]
    [InlineData("_a_", " a \n")]
    [InlineData("  ", "\n")]
    public void Encode_Pi0_StripsThenReplacesThenAddsANewline(string instruction, string expected)
    {
        var prompt = new PromptEncoder(_bytes, PromptFormat.Pi0, 48).Encode(instruction);

        Assert.Equal(_bytes.BosId, prompt.Ids[0]);
        Assert.Equal(expected, _bytes.Decode(prompt.Ids.AsSpan()));
        Assert.False(prompt.IsTruncated);
    }

    [Fact]
    public void Encode_Pi0_KeepsTheNewlineApart()
    {
        var model = ModelFile.Of(ModelType.Bpe, "a", "\n").Add("a\n").Add("<s>", PieceType.Control).Parse();

        Assert.Equal<int>([4, 1, 2], [.. new PromptEncoder(new SentencePieceTokenizer(model), PromptFormat.Pi0, 48).Encode("a").Ids]);
    }

    [Fact]
    public void Encode_Pi05_WritesTheStateAsBins()
    {
        double[] state = [-1, 1, 0, -double.Epsilon, -1.0000001, 0.9999, 0.5, double.PositiveInfinity, double.NegativeInfinity];

        var prompt = new PromptEncoder(_bytes, PromptFormat.Pi05, 200).Encode(" open_it ", state);

        Assert.Equal("Task: open it, State: 0 255 128 127 -1 255 192 255 -1;\nAction: ", _bytes.Decode(prompt.Ids.AsSpan()));
    }

    [Property]
    public bool Encode_Pi05_CountsTheBinEdgesUpToTheValue(double value, short near)
    {
        if (double.IsNaN(value)) return true;
        double[] values = [value, near / 128.0, Math.BitIncrement(near / 128.0), Math.BitDecrement(near / 128.0)];

        // numpy: digitize(value, linspace(-1, 1, 257)[:-1]) - 1
        var bins = values.Select(v => Enumerable.Range(0, 256).Count(i => -1 + i / 128.0 <= v) - 1);

        var text = _bytes.Decode(new PromptEncoder(_bytes, PromptFormat.Pi05, 200).Encode("go", values).Ids.AsSpan());
        return text == $"Task: go, State: {string.Join(' ', bins)};\nAction: ";
    }

    [Theory, InlineData(PromptFormat.Pi0), InlineData(PromptFormat.Pi05)]
    public void Encode_TooLong_KeepsTheHead(PromptFormat format)
    {
        var whole = new PromptEncoder(_bytes, format, 100).Encode("pick up the spoon", [0]);
        var cut = new PromptEncoder(_bytes, format, 5).Encode("pick up the spoon", [0]);

        Assert.Equal(whole.Ids.AsSpan(0, 5), cut.Ids.AsSpan());
        Assert.True(cut.IsTruncated);
        Assert.Equal(whole.Ids.Length, cut.FullLength);
    }

    [Fact]
    public void Encode_StateThatIsNoNumber_NamesIt()
    {
        var encoder = new PromptEncoder(_bytes, PromptFormat.Pi05, 200);

        Assert.Contains("state[1]", Assert.Throws<ArgumentException>(() => encoder.Encode("go", [0, double.NaN])).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => encoder.Encode("go")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_VocabularyWithoutBegin_Throws()
    {
        var tokenizer = new SentencePieceTokenizer(new ModelFile().Add("<unk>", PieceType.Unknown).Add("a").Parse());

        Assert.Throws<ArgumentException>(() => new PromptEncoder(tokenizer, PromptFormat.Pi0, 48));
    }

    [Fact]
    public void CopyPadded_LongerSpans_ZerosAndFalseBehindTheIds()
    {
        int[] ids = [9, 9, 9, 9];
        bool[] mask = [false, false, true, true];

        new Prompt([7, 8], 2).CopyPadded(ids, mask);

        Assert.Equal<int>([7, 8, 0, 0], ids);
        Assert.Equal<bool>([true, true, false, false], mask);
    }

    [Theory, InlineData(1, 1), InlineData(3, 2)]
    public void CopyPadded_SpansThatDoNotFit_Throws(int ids, int mask) =>
        Assert.Throws<ArgumentException>(() => new Prompt([7, 8], 2).CopyPadded(new int[ids], new bool[mask]));
}
