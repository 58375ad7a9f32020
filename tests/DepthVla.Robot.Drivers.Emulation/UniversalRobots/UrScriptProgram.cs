using System.Collections.Concurrent;

namespace DepthVla.Robot.Drivers.Emulation.UniversalRobots;

/// <summary>What a program may call.</summary>
internal delegate Task<object> UrScriptFunction(string name, object[] arguments, IReadOnlyDictionary<string, object> named);

/// <summary>Runs a URScript program, as far as the driver's script uses the language. A thread sees globals and what it has itself.</summary>
/// <remarks>The reading of the language is the URScript manual's, sections on flow of control, threads and scoping; no controller was asked.</remarks>
internal sealed class UrScriptProgram : IDisposable
{
    private sealed record Statement(string Text, List<Statement> Body);

    private sealed class HaltException : Exception;

    private readonly List<Statement> _main;
    private readonly Dictionary<string, List<Statement>> _threads = [];
    private readonly ConcurrentDictionary<string, object> _globals = new();
    private readonly SemaphoreSlim _critical = new(1);
    private readonly UrScriptFunction _call;

    /// <exception cref="FormatException">That is no program.</exception>
    public UrScriptProgram(string text, UrScriptFunction call)
    {
        var lines = text.Split('\n');
        if (!text.All(c => c is '\n' or >= ' ' and <= '~')) throw new FormatException("something else than ASCII");
        if (lines is not [['d', 'e', 'f', ' ', ..], .., "end", ""]) throw new FormatException("the first line is not def, or the last not end, in the first column");
        if (lines[1..^2].Any(l => l is [not ' ', ..])) throw new FormatException("a line between is not indented");
        (_main, _call) = (Block(new Queue<string>(lines.Select(l => l.Trim()).Where(l => l.Length > 0)), out _)[0].Body, call);
    }

    public void Dispose() => _critical.Dispose();

    // A chain of if, elif and else has one end, which its last part takes.
    private static List<Statement> Block(Queue<string> lines, out bool ended)
    {
        var statements = new List<Statement>();
        ended = false;
        while (lines.TryPeek(out var line) && !(line.StartsWith("elif ", StringComparison.Ordinal) || line == "else:"))
        {
            lines.Dequeue();
            ended = line == "end";
            if (ended) return statements;
            statements.Add(new(line, []));
            for (var whole = !line.EndsWith(':'); !whole;)
            {
                statements[^1].Body.AddRange(Block(lines, out whole));
                if (!whole) statements.Add(new(lines.Dequeue(), []));
            }
        }

        return statements;
    }

    public async Task RunAsync()
    {
        try { await RunAsync(_main, []); }
        catch (HaltException) { /* as it wanted */ }
    }

    private async Task RunAsync(List<Statement> block, Dictionary<string, object> locals)
    {
        var decided = true;   // whether an earlier part of a chain of if, elif and else was the one
        foreach (var (text, body) in block)
        {
            var word = text.Split(' ', '(', ':')[0];
            switch (word)
            {
                case "thread":
                    _threads[text.Split(' ', '(')[1]] = body;
                    break;
                case "while":
                    while ((bool)await ValueAsync(text[6..^1], locals)) await RunAsync(body, locals);
                    break;
                case "if":
                    decided = (bool)await ValueAsync(text[3..^1], locals);
                    if (decided) await RunAsync(body, locals);
                    break;
                case "elif":
                    if (decided || !(bool)await ValueAsync(text[5..^1], locals)) break;
                    decided = true;
                    await RunAsync(body, locals);
                    break;
                case "else":
                    if (!decided) await RunAsync(body, locals);
                    break;
                case "enter_critical":
                    await _critical.WaitAsync();
                    break;
                case "exit_critical":
                    _critical.Release();
                    break;
                case "halt":
                    throw new HaltException();
                case "join":
                    await (Task)await ValueAsync(text[5..], locals);
                    break;
                default:
                    await AssignOrCallAsync(text, locals);
                    break;
            }
        }
    }

    private async Task AssignOrCallAsync(string text, Dictionary<string, object> locals)
    {
        var parts = text.Split(" = ", 2);
        if (parts.Length == 1)
        {
            await ValueAsync(text, locals);
            return;
        }

        var value = await ValueAsync(parts[1], locals);
        if (parts[0].StartsWith("global ", StringComparison.Ordinal)) _globals[parts[0][7..]] = value;
        else if (_globals.ContainsKey(parts[0])) _globals[parts[0]] = value;
        else locals[parts[0]] = value;
    }

    private Task<object> ValueAsync(string text, Dictionary<string, object> locals) => ValueAsync(UrScriptExpression.Parse(text), locals);

    private async Task<object> ValueAsync(UrScriptExpression expression, Dictionary<string, object> locals)
    {
        switch (expression)
        {
            case UrScriptExpression.Literal literal: return literal.Value;
            case UrScriptExpression.Name name: return locals.TryGetValue(name.Id, out var local) ? local : _globals[name.Id];
            case UrScriptExpression.Not not: return !(bool)await ValueAsync(not.Of, locals);
            case UrScriptExpression.Index index: return ((double[])await ValueAsync(index.Of, locals))[(int)(double)await ValueAsync(index.At, locals)];
            case UrScriptExpression.Run run: return Task.Run(() => RunAsync(_threads[run.Thread], []));
            case UrScriptExpression.List list:
                var items = new double[list.Items.Length];
                for (var i = 0; i < items.Length; i++) items[i] = (double)await ValueAsync(list.Items[i], locals);
                return items;
            case UrScriptExpression.Call call:
                var (arguments, named) = (new List<object>(), new Dictionary<string, object>());
                foreach (var argument in call.Arguments) arguments.Add(await ValueAsync(argument, locals));
                foreach (var (name, argument) in call.Named) named[name] = await ValueAsync(argument, locals);
                return await _call(call.Function, [.. arguments], named);
            case UrScriptExpression.Binary { Operator: "or" } or: return (bool)await ValueAsync(or.Left, locals) || (bool)await ValueAsync(or.Right, locals);
            case UrScriptExpression.Binary binary:
                var (a, b) = ((double)await ValueAsync(binary.Left, locals), (double)await ValueAsync(binary.Right, locals));
                return binary.Operator switch
                {
                    "==" => a == b, "!=" => a != b, ">" => a > b, ">=" => a >= b, "<" => a < b, "<=" => a <= b,
                    "+" => a + b, "-" => a - b, "*" => a * b, "/" => a / b,
                    _ => throw new FormatException(binary.Operator),
                };
            default: throw new FormatException(expression.ToString());
        }
    }
}
