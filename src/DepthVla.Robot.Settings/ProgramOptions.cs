using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace DepthVla.Robot.Settings;

/// <summary>What came of reading the configuration: options that are valid, or every problem; and the help that names them all.</summary>
/// <param name="Options">Valid as a whole when there are no problems.</param>
/// <param name="Problems">Everything that is wrong.</param>
/// <param name="Help">The text of <c>--help</c>.</param>
public sealed record OptionsResult<T>(T Options, ImmutableArray<SettingProblem> Problems, string Help);

/// <summary>From file, environment and command line to a program's options, or to an exit code and a text that says all that is wrong.</summary>
/// <param name="Name">The program's name.</param>
/// <param name="Purpose">One line on what it does.</param>
/// <param name="Usage">How it is called, without its name.</param>
public sealed record ProgramOptions(string Name, string Purpose, string Usage)
{
    /// <summary>The exit code for a configuration that cannot be used.</summary>
    public const int UsageError = 2;

    /// <summary>The running program's version.</summary>
    public static string Version { get; } =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Reads what <paramref name="declare"/> asks for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="directory">Where <c>appsettings.json</c> lies.</param>
    /// <param name="declare">Asks for each option.</param>
    public OptionsResult<T> Read<T>(ReadOnlySpan<string> arguments, IDictionary environment, string directory, Func<OptionReader, T> declare)
    {
        var settings = new SettingSources();
        settings.AddFile(Path.Combine(directory, "appsettings.json"));
        settings.AddEnvironment(environment);
        settings.AddCommandLine(arguments);
        var reader = new OptionReader(settings);
        var options = declare(reader);
        reader.RefuseOthers();
        return new(options, [.. reader.Problems], Help(reader.Known));
    }

    /// <summary>The same from this process's own environment. False when there is nothing to run; the exit code then says what the process ends with.</summary>
    public bool TryRead<T>(
        string[] arguments, Func<OptionReader, T> declare, TextWriter output, TextWriter error, [NotNullWhen(true)] out T? options, out int exitCode) where T : class
    {
        (options, exitCode) = (null, 0);
        if (arguments.Contains("--version"))
        {
            output.WriteLine($"{Name} {Version}");
            return false;
        }

        var help = arguments.Contains("--help") || arguments.Contains("-h");
        var read = Read(help ? [] : arguments, Environment.GetEnvironmentVariables(), AppContext.BaseDirectory, declare);
        if (help)
        {
            output.Write(read.Help);
            return false;
        }

        if (!read.Problems.IsEmpty)
        {
            error.WriteLine(read.Problems.Length == 1 ? "The configuration has a problem:" : $"The configuration has {read.Problems.Length} problems:");
            foreach (var problem in read.Problems) error.WriteLine($"  {problem}");
            error.WriteLine($"See {Name} --help.");
            exitCode = UsageError;
            return false;
        }

        options = read.Options;
        return true;
    }

    private string Help(IEnumerable<OptionHelp> options)
    {
        var text = new StringBuilder($"""
            {Name}: {Purpose}

              {Name} {Usage}

            Each option may stand in appsettings.json (object "DepthVla"), in the environment (DEPTHVLA__NAME) or here; the later wins.


            """);
        foreach (var option in options)
        {
            var fallback = option.Default.Length == 0 ? "no default" : $"default {option.Default}";
            text.AppendLine($"  {OptionReader.Switch(option.Name),-26} {option.Meaning} ({option.Values}; {fallback})");
        }

        return text.AppendLine("  --help                     this text").AppendLine("  --version                  the version").ToString();
    }
}
