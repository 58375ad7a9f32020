using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Layers;

/// <summary>Against softmax attention written out, with more than one key/value head: no reference model here has two.</summary>
public sealed class GroupedAttentionTests
{
    private const int Batch = 2, Heads = 6, KeyValueHeads = 2, Rows = 3, Columns = 5, Size = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Rows)]
    public void Forward_TwoKeyValueHeads_IsAttentionWithEachServingConsecutiveHeads(int maskRows)
    {
        using var scope = new TensorScope();
        var (query, key, value) = (Draw(1, Heads * Rows), Draw(2, KeyValueHeads * Columns), Draw(3, KeyValueHeads * Columns));
        var random = new Random(4);
        bool[] visible = [.. Enumerable.Range(0, Batch * maskRows * Columns).Select(i => i % Columns == 0 || random.Next(2) == 0)]; // no row without a column
        var actual = GroupedAttention.Forward(
            Tensor.From<double>(query, [Batch, Heads, Rows, Size]),
            Tensor.From<double>(key, [Batch, KeyValueHeads, Columns, Size]),
            Tensor.From<double>(value, [Batch, KeyValueHeads, Columns, Size]),
            maskRows == 0 ? null : Tensor.From<bool>(visible, [Batch, 1, maskRows, Columns]));

        Assert.Equal([Batch, Rows, Heads * Size], actual.Shape.ToArray());
        var result = actual.ToArray<double>();
        for (var i = 0; i < result.Length; i++)
        {
            var (d, head, row, b) = (i % Size, i / Size % Heads, i / (Size * Heads) % Rows, i / (Size * Heads * Rows));
            var group = b * KeyValueHeads + head / (Heads / KeyValueHeads);
            var (sum, total) = (0.0, 0.0);
            for (var c = 0; c < Columns; c++)
            {
                if (maskRows > 0 && !visible[(b * maskRows + Math.Min(row, maskRows - 1)) * Columns + c]) continue;
                var score = Enumerable.Range(0, Size).Sum(k => query[((b * Heads + head) * Rows + row) * Size + k] * key[(group * Columns + c) * Size + k]);
                var weight = Math.Exp(score / Math.Sqrt(Size));
                (sum, total) = (sum + weight * value[(group * Columns + c) * Size + d], total + weight);
            }

            Assert.Equal(sum / total, result[i], 1e-12);
        }
    }

    private static double[] Draw(int seed, int tokens)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Batch * tokens * Size).Select(_ => random.NextDouble() * 2 - 1)];
    }
}
