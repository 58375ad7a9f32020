using DepthVla.Robot.Data.Parquet;

namespace DepthVla.Robot.Data.Tests.Running;

/// <summary>Plain DuckDB, without any of the code under test but the connection.</summary>
internal static class Sql
{
    public static void Run(string sql)
    {
        using var session = new ParquetSession();
        session.Execute(sql);
    }

    /// <summary>Every row as texts, columns separated by '|'.</summary>
    public static List<string> Rows(string sql)
    {
        using var session = new ParquetSession();
        return [.. session.Query(sql).Select(row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetValue)))];
    }

    /// <summary>Writes a Parquet file anew, its rows being what <paramref name="select"/> makes of "frames".</summary>
    public static void Rewrite(string file, string select)
    {
        Run($"CREATE TABLE frames AS SELECT * FROM read_parquet('{file}'); COPY ({select}) TO '{file}' (FORMAT parquet)");
    }
}
