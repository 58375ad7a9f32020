using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

/// <summary>
/// The inputs and results of one fixture, compared in one precision. Keeps account: a tensor of the fixture that no test reads or
/// compares is a failure.
/// </summary>
internal sealed class ReferenceNumbers : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly ComputePrecision _precision;
    private readonly HashSet<string> _used = [];
    private readonly List<string> _differences = [];
    private readonly string _fixture;

    internal ReferenceNumbers(Fixture fixture, ComputePrecision precision)
    {
        (_fixture, _file, _precision) = (fixture.Folder, fixture.OpenIo(), precision);
    }

    /// <summary>Largest |actual − expected| allowed, and the share of |expected| allowed on top, in float32.</summary>
    internal required (double Absolute, double Relative) Tolerance { get; init; }

    internal IEnumerable<string> Names => _file.Header.Entries.Select(e => e.Name);

    internal bool Has(string name) => _file.Contains(name);

    /// <summary>A tensor as stored; floats widened to the precision under test.</summary>
    internal Tensor Input(string name)
    {
        _used.Add(name);
        var tensor = _file.Tensor(name);
        return tensor.DType is DType.Float32 or DType.Float64 ? tensor.To(_precision.Wide) : tensor;
    }

    internal bool[][] Rows(string name)
    {
        _used.Add(name);
        var columns = (int)_file.Entry(name).Shape[^1];
        return [.. _file.Values<bool>(name).Chunk(columns)];
    }

    internal long[][] IntegerRows(string name)
    {
        _used.Add(name);
        return [.. _file.Values<long>(name).Chunk((int)_file.Entry(name).Shape[^1])];
    }

    /// <summary>
    /// Compares with the stored tensor, and with its ".f64" twin if it has one: in float32 within the fixture's tolerance, in float64
    /// within 1e-9 of the twin.
    /// </summary>
    /// <param name="name">The tensor.</param>
    /// <param name="actual">Ours, in any shape of as many elements.</param>
    /// <param name="valid">[rows] of the leading dimensions that carry meaning; null for all.</param>
    /// <param name="tolerance">Instead of the fixture's own.</param>
    internal void Check(string name, Tensor actual, bool[]? valid = null, double? tolerance = null)
    {
        var values = actual.To(DType.Float64).ToArray<double>();
        var found = false;
        foreach (var stored in (string[])[name, name + ".f64"])
        {
            if (!_file.Contains(stored)) continue;
            found = true;
            _used.Add(stored);
            var exact = _precision == ComputePrecision.Float64 && stored.EndsWith(".f64", StringComparison.Ordinal);
            var (absolute, relative) = exact ? (1e-9, 1e-9) : tolerance is { } t ? (t, t) : Tolerance;
            Compare(stored, values, valid, absolute, relative);
        }

        if (!found) _differences.Add($"{name}: the fixture has no such tensor");
    }

    /// <summary>Keys and values [B, kv, T, D], at the tokens that are real.</summary>
    internal void CheckCache(string name, KeyValueCache cache, bool[][] valid)
    {
        var heads = (int)cache.Keys[0].Size(1);
        bool[] rows = [.. valid.SelectMany(v => Enumerable.Repeat(v, heads).SelectMany(h => h))];
        for (var layer = 0; layer < cache.Keys.Count; layer++)
        {
            Check($"{name}.key.{layer}", cache.Keys[layer], rows);
            Check($"{name}.value.{layer}", cache.Values[layer], rows);
        }
    }

    internal void CheckExact<T>(string name, IEnumerable<T> actual) where T : unmanaged
    {
        _used.Add(name);
        if (!_file.Values<T>(name).SequenceEqual(actual)) _differences.Add($"{name}: differs");
    }

    internal void CheckScalar(string name, double actual, double? tolerance = null) => Check(name, Tensor.From<double>([actual], [1]), null, tolerance);

    /// <summary>Marks tensors that belong to another test.</summary>
    internal void LeaveOut(Func<string, bool> belongsElsewhere) => _used.UnionWith(Names.Where(belongsElsewhere));

    /// <summary>Fails with every difference, and with every tensor that was forgotten.</summary>
    internal void AssertAllAgree()
    {
        _differences.AddRange(Names.Except(_used).Order(StringComparer.Ordinal).Select(n => $"{n}: never compared"));
        Assert.True(_differences.Count == 0, $"{_fixture} in {_precision.Compute}:\n{string.Join('\n', _differences)}");
    }

    public void Dispose() => _file.Dispose();

    private void Compare(string name, double[] actual, bool[]? valid, double absolute, double relative)
    {
        using var scope = new TensorScope();
        var expected = _file.Tensor(name).To(DType.Float64).ToArray<double>();
        if (expected.Length != actual.Length)
        {
            _differences.Add($"{name}: {actual.Length} elements, expected {expected.Length}");
            return;
        }

        var rowLength = valid is null ? expected.Length : expected.Length / valid.Length;
        var (worst, at, outside) = (0.0, 0, 0);
        for (var i = 0; i < expected.Length; i++)
        {
            if (valid is not null && !valid[i / rowLength]) continue;
            var error = Math.Abs(actual[i] - expected[i]);
            if (error <= absolute + relative * Math.Abs(expected[i])) continue; // false for NaN
            outside++;
            if (!(error <= worst)) (worst, at) = (error, i);
        }

        if (outside > 0) _differences.Add($"{name}: {outside} of {expected.Length} differ, worst {actual[at]:R} for {expected[at]:R} at {at}");
    }
}
