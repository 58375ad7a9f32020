using System.Globalization;
using System.Text.RegularExpressions;

namespace DepthVla.Robot.Drivers.Emulation.UniversalRobots;

/// <summary>An expression of URScript, as far as the driver's script uses them: numbers, truths, texts, lists, comparisons, calls.</summary>
internal abstract partial record UrScriptExpression
{
    public sealed record Literal(object Value) : UrScriptExpression;

    public sealed record Name(string Id) : UrScriptExpression;

    public sealed record List(UrScriptExpression[] Items) : UrScriptExpression;

    public sealed record Index(UrScriptExpression Of, UrScriptExpression At) : UrScriptExpression;

    public sealed record Call(string Function, UrScriptExpression[] Arguments, Dictionary<string, UrScriptExpression> Named) : UrScriptExpression;

    public sealed record Run(string Thread) : UrScriptExpression;

    public sealed record Not(UrScriptExpression Of) : UrScriptExpression;

    public sealed record Binary(string Operator, UrScriptExpression Left, UrScriptExpression Right) : UrScriptExpression;

    /// <exception cref="FormatException">It is none.</exception>
    public static UrScriptExpression Parse(string text)
    {
        var parser = new Parser([.. Tokens().Matches(text).Select(m => m.Value)]);
        if (Tokens().Replace(text, "").Trim().Length > 0) throw new FormatException(text);
        var expression = parser.Any();
        return parser.AtEnd ? expression : throw new FormatException(text);
    }

    [GeneratedRegex("""
        "[^"]*"|\d+(?:\.\d+)?|\w+|==|!=|>=|<=|[<>+\-*/()\[\],=]
        """)]
    private static partial Regex Tokens();

    private sealed class Parser(string[] tokens)
    {
        private static readonly string[][] Levels = [["or"], ["and"], ["==", "!=", ">", ">=", "<", "<="], ["+", "-"], ["*", "/"]];
        private int _at;

        public bool AtEnd => _at == tokens.Length;

        public UrScriptExpression Any(int level = 0)
        {
            if (level == Levels.Length) return Unary();
            var left = Any(level + 1);
            while (!AtEnd && Levels[level].Contains(tokens[_at])) left = new Binary(tokens[_at++], left, Any(level + 1));
            return left;
        }

        // "not" binds looser than a comparison, but here it stands before calls and names alone.
        private UrScriptExpression Unary()
        {
            if (Take("not")) return new Not(Unary());
            if (Take("-")) return new Binary("-", new Literal(0.0), Unary());
            var expression = Primary();
            while (Take("["))
            {
                expression = new Index(expression, Any());
                Expect("]");
            }

            return expression;
        }

        private UrScriptExpression Primary()
        {
            var token = tokens[_at++];
            if (token is "True" or "False") return new Literal(token == "True");
            if (token[0] == '"') return new Literal(token.Trim('"'));
            if (char.IsDigit(token[0])) return new Literal(double.Parse(token, CultureInfo.InvariantCulture));
            if (token == "[") return new List([.. Until("]").Select(a => a.Value)]);
            if (token == "(")
            {
                var inner = Any();
                Expect(")");
                return inner;
            }

            if (!char.IsLetter(token[0])) throw new FormatException(token);
            if (token == "run")
            {
                var thread = tokens[_at++];
                Expect("(");
                Expect(")");
                return new Run(thread);
            }

            if (!Take("(")) return new Name(token);
            var arguments = Until(")").ToList();
            var named = arguments.Where(a => a.Name is not null).ToDictionary(a => a.Name!, a => a.Value);
            return new Call(token, [.. arguments.Where(a => a.Name is null).Select(a => a.Value)], named);
        }

        private IEnumerable<(string? Name, UrScriptExpression Value)> Until(string close)
        {
            while (!Take(close))
            {
                string? name = null;
                if (_at + 1 < tokens.Length && tokens[_at + 1] == "=") (name, _at) = (tokens[_at], _at + 2);
                yield return (name, Any());
                if (!Take(",") && tokens[_at] != close) throw new FormatException(tokens[_at]);
            }
        }

        private bool Take(string token)
        {
            if (AtEnd || tokens[_at] != token) return false;
            _at++;
            return true;
        }

        private void Expect(string token)
        {
            if (!Take(token)) throw new FormatException($"expected {token}");
        }
    }
}
