using System.Globalization;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>Where a field lies in its struct, bytes.</summary>
internal readonly record struct FieldOffset(int Offset, int Size);

/// <summary>The struct table of one MuJoCo release: offsets, sizes and the constants that move between releases.</summary>
internal sealed class Layout
{
    private readonly Dictionary<string, FieldOffset> _fields = [];
    private readonly Dictionary<string, int> _constants = [];
    private readonly string _source;

    private Layout(string source) => _source = source;

    /// <summary>The mj_version() that it describes.</summary>
    public int Version => _fields["version"].Size;

    /// <summary>The place of a field, such as "mjData.qpos".</summary>
    public FieldOffset this[string field] =>
        _fields.TryGetValue(field, out var found) ? found : throw new FormatException($"{_source}: no row for {field}; generate the table anew.");

    /// <summary>The size of a struct, bytes.</summary>
    public int SizeOf(string type) => this["sizeof." + type].Size;

    /// <summary>The value of a constant, such as "mjRND_SHADOW".</summary>
    public int Constant(string name) =>
        _constants.TryGetValue(name, out var found) ? found : throw new FormatException($"{_source}: no constant {name}; generate the table anew.");

    /// <summary>Reads "name offset size" rows and one "const NAME=value …" row.</summary>
    /// <exception cref="FormatException">A row cannot be read, or there is no version.</exception>
    public static Layout Parse(string text, string source)
    {
        var layout = new Layout(source);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length > 0 && !layout.TryAdd(words))
                throw new FormatException($"{source}, line {number}: expected 'name offset size' or 'const NAME=value …', found '{line}'.");
        }
        return layout._fields.ContainsKey("version") ? layout : throw new FormatException($"{source}: no row 'version 0 N'.");
    }

    private bool TryAdd(string[] words)
    {
        if (words[0] == "const") return words.Skip(1).All(TryAddConstant);
        return words.Length == 3 && TryInt(words[1], out var offset) && TryInt(words[2], out var size) && _fields.TryAdd(words[0], new(offset, size));
    }

    private bool TryAddConstant(string word)
    {
        var sign = word.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && TryInt(word[(sign + 1)..], out var value) && _constants.TryAdd(word[..sign], value);
    }

    private static bool TryInt(string word, out int value) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
