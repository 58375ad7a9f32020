using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Data.Writing;

/// <summary>The right to write a dataset's folder; a process that is killed loses it.</summary>
internal sealed class WriterLock : IDisposable
{
    private const string Name = "meta/.writing";

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <exception cref="DatasetException">Another writer has it.</exception>
    /// <exception cref="IOException">There is no folder "meta" that can be written.</exception>
    public static WriterLock Take(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose));
        }
        catch (IOException e) when (File.Exists(path))
        {
            const string Remedy = "give each process a folder of its own, and merge";
            throw new DatasetException(folder, "a dataset that nobody else writes", "one with another writer", Remedy, e);
        }
    }

    public void Dispose() => _file.Dispose();
}
