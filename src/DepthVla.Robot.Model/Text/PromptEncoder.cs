using System.Globalization;
using System.Text;

namespace DepthVla.Robot.Model.Text;

/// <summary>Prepares prompts exactly as the public pi0 and pi0.5 weights expect them. Immutable: safe from any thread.</summary>
public sealed class PromptEncoder
{
    private const int Bins = 256;

    private readonly ITokenizer _tokenizer;
    private readonly PromptFormat _format;
    private readonly int _maxLength;
    private readonly int _bos;

    /// <summary>Prompts of at most <paramref name="maxLength"/> ids (48 for pi0's weights, 200 for pi0.5's).</summary>
    /// <exception cref="ArgumentException">The vocabulary has no begin id, the format is unknown or the length below 1.</exception>
    public PromptEncoder(ITokenizer tokenizer, PromptFormat format, int maxLength)
    {
        if (!Enum.IsDefined(format)) throw new ArgumentOutOfRangeException(nameof(format), format, "choose pi0 or pi0.5");
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        _bos = tokenizer.BosId ?? throw new ArgumentException("its vocabulary has no begin id, and every prompt starts with one", nameof(tokenizer));
        (_tokenizer, _format, _maxLength) = (tokenizer, format, maxLength);
    }

    /// <summary>The prompt for <paramref name="instruction"/>; one that is too long keeps its head.</summary>
    /// <param name="instruction">Plain words, in any script.</param>
    /// <param name="state">Normalised proprioception, nominally in [−1, 1], real joints only. Pi0 ignores it.</param>
    /// <exception cref="ArgumentException">Pi0.5 without a state, or with one that is not a number.</exception>
    public Prompt Encode(string instruction, ReadOnlySpan<double> state = default)
    {
        var text = Clean(instruction);
        int[] ids = _format == PromptFormat.Pi0
            ? [_bos, .. _tokenizer.Encode(text), .. _tokenizer.Encode("\n")]
            : [_bos, .. _tokenizer.Encode($"Task: {text}, State: {Discretize(state)};\nAction: ")];
        return new([.. ids.AsSpan(0, Math.Min(ids.Length, _maxLength))], ids.Length);
    }

    private static string Clean(string instruction)
    {
        var start = 0;
        var end = instruction.Length;
        while (start < end && IsSpace(instruction[start])) start++;
        while (start < end && IsSpace(instruction[end - 1])) end--;
        return instruction[start..end].Replace('_', ' ').Replace('\n', ' ');
    }

    /// <summary>White space as Python's <c>str.strip</c> sees it: also the four separators of ASCII.</summary>
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    private static string Discretize(ReadOnlySpan<double> state)
    {
        if (state.IsEmpty) throw new ArgumentException("it is empty; pi0.5 reads the state from the prompt, pass it", nameof(state));

        var bins = new StringBuilder();
        for (var i = 0; i < state.Length; i++)
        {
            if (double.IsNaN(state[i])) throw new ArgumentException($"state[{i}] is not a number; check the sensor and its statistics", nameof(state));
            bins.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : " ")}{Bin(state[i])}");
        }

        return bins.ToString();
    }

    /// <summary>Which of the equal bins of [−1, 1) holds <paramref name="value"/>: −1 below them, the last one above.</summary>
    /// <remarks>Scaled before it is shifted: the product is exact, whereas value + 1 would round small negative values up a bin.</remarks>
    private static int Bin(double value) => (int)Math.Clamp(Math.Floor(value * (Bins / 2)) + Bins / 2, -1, Bins - 1);
}
