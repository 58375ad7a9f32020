using System.Globalization;
using Serilog.Core;
using Serilog.Events;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>Writes out what would break a line or move a terminal's cursor, so that nothing a client sends looks like a line of ours.</summary>
internal sealed class OneLine : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach (var (name, value) in logEvent.Properties.ToArray())
        {
            if (value is ScalarValue { Value: string text } && text.Any(Breaks)) logEvent.AddOrUpdateProperty(new(name, new ScalarValue(string.Concat(text.Select(Escape)))));
        }
    }

    private static bool Breaks(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format;

    private static string Escape(char c) => Breaks(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString();
}
