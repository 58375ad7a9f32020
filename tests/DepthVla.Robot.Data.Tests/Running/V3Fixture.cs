using System.Globalization;

namespace DepthVla.Robot.Data.Tests.Running;

/// <summary>A dataset of layout v3.0, made by plain SQL from one of layout v2.1: several episodes a file.</summary>
internal static class V3Fixture
{
    /// <param name="from">A dataset of layout v2.1 with three episodes or more.</param>
    /// <param name="to">A folder that does not exist.</param>
    public static void Write(string from, string to)
    {
        foreach (var folder in (string[])["meta/episodes/chunk-000", "data/chunk-000"]) Directory.CreateDirectory(Path.Combine(to, folder));
        var info = File.ReadAllText(Path.Combine(from, "meta/info.json")).Replace("v2.1", "v3.0", StringComparison.Ordinal)
            .Replace("chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet", "chunk-{chunk_index:03d}/file-{file_index:03d}.parquet", StringComparison.Ordinal)
            .Replace(
                "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4",
                "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(to, "meta/info.json"), info);

        // Two episodes in the first file, the rest in the second; pandas' index is a column of no name.
        var frames = $"read_parquet('{from}/data/chunk-000/*.parquet')";
        Sql.Run($"""
            CREATE TABLE episodes AS SELECT episode_index, length, tasks, 0::BIGINT AS "data/chunk_index", (episode_index // 2)::BIGINT AS "data/file_index",
                (sum(length) OVER (ORDER BY episode_index) - length)::BIGINT AS dataset_from_index, 0::BIGINT AS "meta/episodes/chunk_index",
                [1.5::DOUBLE] AS "stats/action/mean"
                FROM read_json('{from}/meta/episodes.jsonl', columns = {"{episode_index: 'BIGINT', tasks: 'VARCHAR[]', length: 'BIGINT'}"});
            COPY (SELECT task_index, task AS __index_level_0__ FROM read_json('{from}/meta/tasks.jsonl', columns = {"{task_index: 'BIGINT', task: 'VARCHAR'}"}))
                TO '{to}/meta/tasks.parquet' (FORMAT parquet);
            COPY (SELECT * FROM episodes WHERE episode_index < 2) TO '{to}/meta/episodes/chunk-000/file-000.parquet' (FORMAT parquet);
            COPY (SELECT * FROM episodes WHERE episode_index >= 2) TO '{to}/meta/episodes/chunk-000/file-001.parquet' (FORMAT parquet);
            """);
        var files = int.Parse(Sql.Rows($"SELECT max(episode_index // 2) FROM {frames}")[0], CultureInfo.InvariantCulture);
        for (var file = 0; file <= files; file++)
        {
            var select = $"SELECT * FROM {frames} WHERE episode_index // 2 = {file} ORDER BY \"index\"";
            Sql.Run($"COPY ({select}) TO '{to}/data/chunk-000/file-{file:D3}.parquet' (FORMAT parquet)");
        }
    }
}
