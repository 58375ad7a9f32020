using System.Diagnostics;
using System.Globalization;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Tests.Reading;

/// <summary>Datasets whose pictures are in mp4 files, as ffmpeg writes them. Frame n of a whole video has the brightness 20 + 10 n.</summary>
public sealed class VideoTests : IDisposable
{
    private const string Key = "observation.images.wrist";

    private readonly ScratchFolder _scratch = new();

    public VideoTests()
    {
        Samples.Write(_scratch["v2"], 3, 4, 2);
        V3Fixture.Write(_scratch["v2"], _scratch["v3"]);
        foreach (var folder in (string[])["v2", "v3"])
        {
            var info = _scratch[folder, "meta/info.json"];
            var text = File.ReadAllText(info);
            var at = text.IndexOf("\"dtype\": \"image\"", text.IndexOf(Key, StringComparison.Ordinal), StringComparison.Ordinal);
            File.WriteAllText(info, text[..at] + "\"dtype\": \"video\"" + text[(at + "\"dtype\": \"image\"".Length)..]);
        }
        var start = 0;
        foreach (var (episode, length) in ((int, int)[])[(0, 3), (1, 4), (2, 2)])
        {
            WriteVideo(V2Video(episode), start, length);
            start += length;
        }

        // All episodes in one file.
        WriteVideo(_scratch["v3/videos", Key, "chunk-000/file-000.mp4"], 0, 9);
        foreach (var file in (string[])["file-000", "file-001"])
        {
            Sql.Rewrite(
                _scratch[$"v3/meta/episodes/chunk-000/{file}.parquet"],
                $"SELECT *, 0::BIGINT AS \"videos/{Key}/chunk_index\", 0::BIGINT AS \"videos/{Key}/file_index\", "
                + $"dataset_from_index / 10.0 AS \"videos/{Key}/from_timestamp\", "
                + $"(dataset_from_index + length) / 10.0 AS \"videos/{Key}/to_timestamp\" FROM frames");
        }
    }

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("v2")]
    [InlineData("v3")]
    public void ReadEpisodes_WithVideo_FramesAreTheRightOnes(string folder)
    {
        using var dataset = LeRobotDataset.Open(_scratch[folder]);
        Assert.Empty(dataset.Verify());
        var frame = 0;
        foreach (var episode in dataset.ReadEpisodes([0, 1, 2], problem => Assert.Fail(problem.ToString())))
        {
            foreach (var picture in episode.Frames.Select(f => EncodedPicture.Decode(f.Pictures["wrist"].Span)))
            {
                Assert.Equal(Samples.Size, picture.Size);
                Assert.InRange(Brightness(picture), 20 + 10 * frame - 4, 20 + 10 * frame + 4);
                frame++;
            }
            Assert.All(episode.Frames, f => Assert.True(f.Pictures.ContainsKey("primary")));
        }
        Assert.Equal(9, frame);
        Assert.Equal(["primary", "wrist"], dataset.Info.Cameras.Select(camera => camera.Name).Order());
    }

    [Fact]
    public void ReadEpisodes_VideoTooShort_IsNamed()
    {
        WriteVideo(V2Video(1), 0, 3);
        AssertNamed("the video has 3 of the episode's 4 frames");
    }

    [Fact]
    public void ReadEpisodes_VideoTooLong_IsNamed()
    {
        WriteVideo(V2Video(1), 0, 7);
        AssertNamed("the video has more frames than the episode's 4");
    }

    [Fact]
    public void ReadEpisodes_VideoOfAnotherSize_IsNamed()
    {
        WriteVideo(V2Video(1), 0, 4, "32x16");
        AssertNamed("frame 0: observation.images.wrist: it is 32x16 instead of 24x16");
    }

    [Fact]
    public void ReadEpisodes_VideoMissing_IsNamed()
    {
        File.Delete(V2Video(1));
        AssertNamed("the file does not exist");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void ReadEpisodes_VideoCutShort_IsNamed(double share)
    {
        var bytes = File.ReadAllBytes(V2Video(1));
        File.WriteAllBytes(V2Video(1), bytes[..(int)(share * bytes.Length)]);
        AssertNamed("");
    }

    [Fact]
    public void Open_DepthInVideo_IsNotedAndNotRead()
    {
        var info = _scratch["v2/meta/info.json"];
        var text = File.ReadAllText(info);
        var at = text.IndexOf("\"dtype\": \"video\"", StringComparison.Ordinal);
        File.WriteAllText(info, text[..at] + "\"info\": { \"video.is_depth_map\": true }, " + text[at..]);
        using var dataset = LeRobotDataset.Open(_scratch["v2"]);
        Assert.Equal([$"{Key} is not read: depth in a video"], dataset.Notes);
        Assert.Equal(["primary"], dataset.ReadEpisode(0).Frames[0].Pictures.Keys);
    }

    private static double Brightness(RgbImage picture)
    {
        var sum = 0.0;
        foreach (var value in picture.Pixels) sum += value;
        return sum / picture.Pixels.Length;
    }

    /// <summary>Frames of even grey, brighter from one to the next; every tenth alone can be jumped to.</summary>
    private static void WriteVideo(string file, int first, int count, string size = "24x16")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", $"color=black:size={size}:rate=10",
            "-vf", string.Create(CultureInfo.InvariantCulture, $"geq=r='20+10*(N+{first})':g='20+10*(N+{first})':b='20+10*(N+{first})'"),
            "-frames:v", $"{count}", "-c:v", "libx264", "-qp", "4", "-g", "10", "-bf", "2", "-pix_fmt", "yuv420p", file,
        ];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardError = true })!;
        var complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, complaint);
    }

    private string V2Video(int episode) => _scratch["v2/videos/chunk-000", Key, $"episode_{episode:D6}.mp4"];

    private void AssertNamed(string cause)
    {
        using var dataset = LeRobotDataset.Open(_scratch["v2"]);
        var problem = Assert.Single(dataset.Verify());
        Assert.Equal(1, problem.Episode);
        Assert.StartsWith(cause, problem.Cause, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Cause);
        Assert.Equal([0, 2], dataset.ReadEpisodes([0, 1, 2], _ => { }).Select(episode => episode.Index));
    }
}
