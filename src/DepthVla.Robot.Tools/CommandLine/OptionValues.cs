using System.CommandLine.Parsing;
using System.Globalization;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>Texts to values, for options' custom parsers.</summary>
internal static class OptionValues
{
    /// <summary>A whole number within a range.</summary>
    internal static Func<ArgumentResult, int> Int32(int least, int most) => argument =>
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        return argument.Refuse<int>($"a whole number from {least} to {most}", $"'{text}'", "give one in that range");
    };

    /// <summary>Any whole number of 64 bits without sign.</summary>
    internal static ulong UInt64(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return value;
        return argument.Refuse<ulong>($"a whole number from 0 to {ulong.MaxValue}", $"'{text}'", "give one in that range");
    }

    /// <summary>Numbers from −<paramref name="most"/> to <paramref name="most"/>, separated by commas.</summary>
    internal static Func<ArgumentResult, double[]?> Numbers(double most) => argument =>
    {
        var texts = argument.Tokens[0].Value.Split(',');
        var numbers = new double[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && Math.Abs(numbers[i]) <= most) continue;
            return argument.Refuse<double[]>(
                $"numbers from -{most} to {most} separated by commas", $"'{texts[i]}' in place {i + 1}", "write them like 0,0.25,-1.5");
        }

        return numbers;
    };

    /// <summary>One of a few words.</summary>
    internal static Func<ArgumentResult, string?> OneOf(params string[] words) => argument =>
    {
        var text = argument.Tokens[0].Value;
        return words.Contains(text) ? text : argument.Refuse<string>($"one of {string.Join(", ", words)}", $"'{text}'", "choose one of these");
    };

    /// <summary>Some of a few words, separated by commas.</summary>
    internal static Func<ArgumentResult, string[]?> SomeOf(params string[] words) => argument =>
    {
        var given = argument.Tokens[0].Value.Split(',');
        return given.FirstOrDefault(word => !words.Contains(word)) is { } unknown
            ? argument.Refuse<string[]>($"some of {string.Join(", ", words)}, separated by commas", $"'{unknown}'", "choose of these") : given;
    };

    private static T? Refuse<T>(this ArgumentResult argument, string expected, string actual, string remedy)
    {
        argument.AddError(new SettingProblem(((OptionResult)argument.Parent!).Option.Name, expected, actual, remedy).ToString());
        return default;
    }
}
