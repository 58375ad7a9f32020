namespace DepthVla.Robot.Daemon.Options;

/// <summary>What the program is called for: the first word of its command line.</summary>
internal enum Verb
{
    /// <summary>Drives the arm. The default.</summary>
    Run,

    /// <summary>Says what would be refused, before anything moves.</summary>
    Check,

    /// <summary>Asks a running daemon what it is doing.</summary>
    Status,

    /// <summary>Lets it follow plans.</summary>
    Arm,

    /// <summary>Has it brake and wait to be armed: nothing is wrong.</summary>
    Hold,

    /// <summary>Has it brake and stay so until it is armed: something is wrong.</summary>
    Stop,

    /// <summary>Has it let people read where the arm is, and move it by hand.</summary>
    Teach,
}

/// <summary>Finds the verb on a command line.</summary>
internal static class Verbs
{
    /// <summary>Every one, as it is written.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetNames<Verb>()).ToLowerInvariant();

    /// <summary>Splits a command line in verb and options. False where the first word is no verb.</summary>
    public static bool TryTake(string[] arguments, out Verb verb, out string[] options)
    {
        (verb, options) = (Verb.Run, arguments);
        if (arguments is not [var first, .. var others] || first.StartsWith('-')) return true;
        options = others;
        foreach (var known in Enum.GetValues<Verb>())
        {
            if (!first.Equals(known.ToString(), StringComparison.OrdinalIgnoreCase)) continue;
            verb = known;
            return true;
        }

        return false;
    }

    /// <summary>Whether it is for a daemon that runs already.</summary>
    public static bool AsksADaemon(this Verb verb) => verb is not (Verb.Run or Verb.Check);
}
