using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>What is wrong with a command line by itself, before anything runs.</summary>
internal static class UsageErrors
{
    /// <summary>One line a problem, then where the help is; nothing when the command line can be used, or asks for help.</summary>
    internal static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction) return [];
        var (command, path) = (parsed.CommandResult.Command, Path(parsed.CommandResult));
        IEnumerable<string> problems = command.Subcommands.Count > 0
            ? [WithoutCommand(command, path, parsed.UnmatchedTokens)]
            : [.. Unmatched(path, parsed.UnmatchedTokens), .. Others(parsed)];
        return [.. problems, $"See {path} --help."];
    }

    /// <summary>Makes an option one that must be given.</summary>
    /// <param name="command">Whose it is.</param>
    /// <param name="option">The option, not yet added.</param>
    /// <param name="expected">What to give, such as "a checkpoint folder".</param>
    internal static T Require<T>(this Command command, T option, string expected) where T : Option
    {
        command.Add(option);
        option.Description += " (required)";
        command.Validators.Add(result =>
        {
            if (result.GetResult(option) is { Tokens.Count: > 0 }) return;
            result.AddError(new SettingProblem(option.Name, expected, "nothing", $"add {option.Name} {option.HelpName}").ToString());
        });
        return option;
    }

    private static string WithoutCommand(Command command, string path, IReadOnlyList<string> unmatched)
    {
        var came = unmatched is [var first, ..] ? $"'{first}'" : "nothing";
        return new SettingProblem(path, $"one of {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}", came, "name one").ToString();
    }

    private static IEnumerable<string> Unmatched(string path, IEnumerable<string> unmatched) => unmatched.Select(text => new SettingProblem(
        path, "its options, each with one value", $"'{text}'", "put words that belong together in quotes, and the option's name before each value").ToString());

    // The parser's own line on what it could not place ends with it, and says less.
    private static IEnumerable<string> Others(ParseResult parsed) => parsed.Errors
        .Where(e => !parsed.UnmatchedTokens.Any(t => e.Message.EndsWith($"'{t}'.", StringComparison.Ordinal)))
        .Select(e => e.SymbolResult is ArgumentResult { Tokens.Count: 0, Parent: CommandResult, Argument: var missing }
            ? new SettingProblem(missing.Name, missing.Description!, "nothing", $"add {missing.Name.ToUpperInvariant()}").ToString()
            : e.Message);

    private static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "depthvla";
}
