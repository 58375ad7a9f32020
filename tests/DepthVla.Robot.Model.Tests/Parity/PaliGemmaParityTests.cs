using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

/// <summary>SigLIP, projector and Gemma against Hugging Face's PaliGemma: every layer, mask and cache of the fixture.</summary>
public sealed class PaliGemmaParityTests
{
    public static IEnumerable<TheoryDataRow<Fixture, ComputePrecision>> PaliGemma => Precisions.Of(FixtureKind.PaliGemma);

    [Theory]
    [MemberData(nameof(PaliGemma))]
    public void Model_EveryTensor_MatchesTheReference(Fixture fixture, ComputePrecision precision)
    {
        using var scope = new TensorScope();
        using var grad = GradMode.Off();
        using var reference = new ReferenceNumbers(fixture, precision) { Tolerance = (1e-4, 1e-4) };
        using var set = SafetensorsSet.Open(fixture.InFolder("weights.safetensors"));
        var config = FixtureNetworks.PaliGemma(fixture.Config);
        using var weights = FixtureNetworks.Import(config, set, precision, only: "vlm");
        using var run = new Run(reference, config, weights, fixture.Config.GetProperty("image_token_index").GetInt64());

        run.Vision();
        run.Full();
        run.Padded();
        run.Train();
        run.Decode();
        run.Text();
        reference.AssertAllAgree();
    }

    private sealed class Run(ReferenceNumbers reference, NetworkConfig config, WeightStore weights, long imageToken) : IDisposable
    {
        private readonly VisionLanguageModel _model = new(config, weights);
        private readonly Rotary _rotary = new(config.MaxTokenLen, config.Vlm.HeadDim, config.RopeTheta, weights.Precision.Wide, TorchDevice.Cpu);
        private readonly Tensor _images = reference.Input("pixel_values");
        private readonly long[][] _ids = reference.IntegerRows("input_ids");

        private long ImageTokens => config.ImageTokens;

        public void Dispose() => _rotary.Dispose();

        internal void Vision()
        {
            var x = _model.Vision.Embed(_images);
            reference.Check("vision.hidden_states.0", x);
            for (var i = 0; i < _model.Vision.Layers.Count; i++)
            {
                x = _model.Vision.Layers[i].Forward(x);
                reference.Check($"vision.hidden_states.{i + 1}", x);
            }

            var last = _model.Vision.Forward(_images);
            reference.Check("vision.last_hidden_state", last);
            reference.Check("projector.output", _model.Project(last));
            reference.Check("image_features", _model.Project(last) * (1 / Math.Sqrt(config.Vlm.Width)));
        }

        internal void Full()
        {
            var embedded = Embed();
            reference.Check("full.hidden_states.0", embedded);
            CheckLayers("full", embedded, OneBased(), mask: null);

            var result = Forward(embedded, OneBased(), null);
            var last = _model.Decoder.Norm(result.Hidden);
            reference.Check("full.last_hidden_state", last);
            reference.Check("full.logits", Logits(last));
            for (var layer = 0; layer < config.Vlm.Depth; layer++)
            {
                reference.Check($"cache.prefill.key.{layer}", result.Cache.Keys[layer]);
                reference.Check($"cache.prefill.value.{layer}", result.Cache.Values[layer]);
            }
        }

        internal void Padded()
        {
            var real = reference.IntegerRows("padded.attention_mask").Select(row => row.Select(v => v != 0).ToArray()).ToArray();
            var mask = Mask(real, (row, _, to) => real[row][to]);
            var last = _model.Decoder.Norm(Forward(Embed(), OneBased(), mask).Hidden);
            var name = reference.Names.Single(n => n.StartsWith("padded.hidden_states.", StringComparison.Ordinal));
            reference.Check(name, last, [.. real.SelectMany(r => r)]);
        }

        internal void Train()
        {
            // The padding is that of the "padded" case; prefix tokens see the prefix, suffix tokens see it and what came before them.
            var real = reference.IntegerRows("padded.attention_mask").Select(row => row.Select(v => v != 0).ToArray()).ToArray();
            var suffix = reference.IntegerRows("train.token_type_ids");
            var mask = Mask(real, (row, from, to) => real[row][to] && (suffix[row][to] == 0 || to <= from));
            var last = _model.Decoder.Norm(Forward(Embed(), OneBased(), mask).Hidden);
            var valid = real.SelectMany(r => r).ToArray();
            var logits = Logits(last);
            reference.Check("train.last_hidden_state", last, valid);
            reference.Check("train.logits", logits, valid);
            reference.CheckScalar("train.loss", NextTokenLoss(logits.To(DType.Float64).ToArray<double>(), reference.IntegerRows("train.labels")));
        }

        internal void Decode()
        {
            var prompt = Forward(Embed(), OneBased(), null);
            var length = _ids[0].Length;
            var logits = new List<Tensor> { Logits(_model.Decoder.Norm(prompt.Hidden).Slice(1, length - 1, length)) };
            var tokens = reference.IntegerRows("decode.tokens");
            var cache = prompt.Cache;
            for (var step = 0; step < tokens[0].Length; step++)
            {
                var ids = Tensor.From<long>([.. tokens.Select(row => row[step])], [tokens.Length, 1]);
                var positions = tokens.Select(_ => new long[] { length + 1 + step }).ToArray();
                var result = Forward(_model.EmbedText(ids), positions, null, cache);
                cache = KeyValueCache.Join([cache, result.Cache]);
                logits.Add(Logits(_model.Decoder.Norm(result.Hidden)));
            }

            reference.Check("decode.logits", Tensor.Cat(logits, 1));
        }

        internal void Text()
        {
            var ids = reference.IntegerRows("text.input_ids");
            var length = ids[0].Length;
            var embedded = _model.EmbedText(Tensor.From<long>([.. ids.SelectMany(i => i)], [ids.Length, length]));
            var positions = ids.Select(_ => Enumerable.Range(0, length).Select(i => (long)i).ToArray()).ToArray();
            var causal = Mask([.. ids.Select(row => row.Select(_ => true).ToArray())], (_, from, to) => to <= from);
            reference.Check("text.hidden_states.0", embedded);
            CheckLayers("text", embedded, positions, causal);
            reference.Check("text.logits", Logits(_model.Decoder.Norm(Forward(embedded, positions, causal).Hidden)));
        }

        /// <summary>hidden_states.k is layer k's output; the last one is after the final norm.</summary>
        private void CheckLayers(string prefix, Tensor embedded, long[][] positions, Tensor? mask)
        {
            var x = embedded;
            for (var layer = 0; layer < config.Vlm.Depth; layer++)
            {
                var weights = _model.Decoder.Layers[layer];
                var own = weights.Project(x, _rotary.At(positions), null);
                x = weights.Complete(x, GroupedAttention.Forward(own.Query, own.Key, own.Value, mask), null, null);
                reference.Check($"{prefix}.hidden_states.{layer + 1}", layer == config.Vlm.Depth - 1 ? _model.Decoder.Norm(x) : x);
            }
        }

        private StreamResult Forward(Tensor tokens, long[][] positions, Tensor? mask, KeyValueCache? past = null) =>
            LockStep.Run([new TokenStream(_model.Decoder, tokens, _rotary.At(positions))], past, mask)[0];

        // Image tokens come first; their ids may lie outside the table.
        private Tensor Embed()
        {
            Assert.All(_ids, row => Assert.All(row[..(int)ImageTokens], id => Assert.Equal(imageToken, id)));
            var images = _model.EmbedImages(_images.Reshape(_ids.Length, -1, 3, config.ImageSize, config.ImageSize));
            var text = _ids.Select(row => row[(int)ImageTokens..]).ToArray();
            return Tensor.Cat([images, _model.EmbedText(Tensor.From<long>([.. text.SelectMany(t => t)], [text.Length, text[0].Length]))], 1);
        }

        private long[][] OneBased() => [.. _ids.Select(row => Enumerable.Range(1, row.Length).Select(i => (long)i).ToArray())];

        private Tensor Logits(Tensor hidden) => hidden.Affine(weights.Compute("vlm.embed.weight"));

        private static Tensor Mask(bool[][] rows, Func<int, int, int, bool> sees)
        {
            var length = rows[0].Length;
            var flags = from row in Enumerable.Range(0, rows.Length)
                        from i in Enumerable.Range(0, length)
                        from j in Enumerable.Range(0, length)
                        select sees(row, i, j);
            return Tensor.From<bool>([.. flags], [rows.Length, 1, length, length]);
        }

        private static double NextTokenLoss(double[] logits, long[][] labels)
        {
            var (length, sum, count) = (labels[0].Length, 0.0, 0);
            var vocabulary = logits.Length / (labels.Length * length);
            for (var row = 0; row < labels.Length; row++)
            {
                for (var i = 0; i + 1 < length; i++)
                {
                    var label = labels[row][i + 1];
                    if (label == -100) continue;
                    var z = logits.AsSpan((row * length + i) * vocabulary, vocabulary).ToArray();
                    var top = z.Max();
                    sum += top + Math.Log(z.Sum(v => Math.Exp(v - top))) - z[label];
                    count++;
                }
            }

            return sum / count;
        }
    }
}
