using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace DepthVla.Robot.Data.Parquet;

/// <summary>A DuckDB in memory, for reading and writing Parquet files. Rows keep their order. Not thread-safe.</summary>
internal sealed partial class ParquetSession : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public ParquetSession()
    {
        _connection.Open();
        // Files are small and many, and whoever reads has other work for the remaining cores. Nothing is ever fetched from elsewhere.
        Execute("SET threads = 1; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false");
    }

    /// <summary>A name as SQL wants it.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text as SQL wants it.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A file's rows as SQL wants them. A name is a name, whatever wildcards it may contain.</summary>
    public static string Rows(string path) => $"read_parquet({Text(Literal(path))})";

    /// <summary>A path in which the wildcards of DuckDB stand for themselves.</summary>
    public static string Literal(string path) => Wildcard().Replace(path, "[$0]");

    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a query row by row.</summary>
    public IEnumerable<DuckDBDataReader> Query(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return reader;
    }

    public DuckDBAppender AppendTo(string table) => _connection.CreateAppender(table);

    public void Dispose() => _connection.Dispose();

    [GeneratedRegex(@"[*?\[]")]
    private static partial Regex Wildcard();
}
