using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Recording.Flight;
using DepthVla.Robot.Recording.Mcap;
using DepthVla.Robot.Tools.Tests.Running;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Tests.Replaying;

/// <summary>Flights recorded here from a real checkpoint's own answers.</summary>
public sealed class ReplayTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private const long PeriodNs = 200_000_000, StartNs = 1_000_000_000;
    private const int Count = 6;

    private static readonly CameraSpec[] Cameras = [new("primary", 64, 48, ImageEncoding.Jpeg), new("wrist", 64, 48, ImageEncoding.Rgb8)];

    [Fact]
    public async Task Replay_TheSameCheckpoint_IsEqualBitForBit()
    {
        var file = await RecordAsync("same.mcap");
        Assert.Equal((0, ""), await Tool.RunAsync("replay", file, "--checkpoint", tiny.Folder));
    }

    /// <summary>The smallest change of one number of one chunk is found, and a tolerance forgives it.</summary>
    [Fact]
    public async Task Replay_OneNumberOneBitOff_IsFound()
    {
        var file = await RecordAsync("off.mcap", (i, chunk) =>
        {
            if (i != 3) return chunk;
            var actions = chunk.Actions.ToArray();
            actions[5] = MathF.BitIncrement(actions[5]);
            return chunk with { Actions = actions };
        });
        Assert.Equal((1, ""), await Tool.RunAsync("replay", file, "--checkpoint", tiny.Folder));
        Assert.Equal((0, ""), await Tool.RunAsync("replay", file, "--checkpoint", tiny.Folder, "--tolerance", "1e-6"));
    }

    /// <summary>With another noise the answers are others: what is recorded of it is needed, and used.</summary>
    [Fact]
    public async Task Replay_AnotherSeedRecorded_IsNotEqual()
    {
        var file = await RecordAsync("seed.mcap", (_, chunk) => chunk with { NoiseSeed = chunk.NoiseSeed + 1 });
        Assert.Equal((1, ""), await Tool.RunAsync("replay", file, "--checkpoint", tiny.Folder));
    }

    /// <summary>What went into such a chunk is gone with its session: it is no difference, and no equality either.</summary>
    [Fact]
    public async Task Replay_ChunksOfOlderDepth_AreLeftOut()
    {
        var file = await RecordAsync("some.mcap", (i, chunk) => i == 2 ? chunk with { DepthBasedOnSequence = 1, NoiseSeed = 77 } : chunk);
        Assert.Equal((0, ""), await Tool.RunAsync("replay", file, "--checkpoint", tiny.Folder));
    }

    [Fact]
    public async Task Replay_CutFile_ReplaysWhatIsThere()
    {
        var file = await RecordAsync("cut.mcap");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length * 2 / 3)], TestContext.Current.CancellationToken);
        Assert.InRange(RecordedFlight.Read(file).Observations.Count(o => o.Chunk is not null), 1, Count - 1);
        Assert.Equal((0, ""), await Tool.RunAsync("replay", file, "--checkpoint", tiny.Folder));
    }

    [Fact]
    public async Task Replay_Export_IsAnEpisodeOfWhatWasSeenFeltAndCommanded()
    {
        var (file, folder) = (await RecordAsync("export.mcap"), tiny.InRoot("exported"));
        Assert.Equal((0, ""), await Tool.RunAsync("replay", file, "--export", folder));

        using var dataset = LeRobotDataset.Open(folder);
        Assert.Empty(dataset.Verify());
        var episode = dataset.ReadEpisode(0);
        Assert.Equal(("put the spoon on the towel", Count, 5.0), (episode.Instruction, episode.Frames.Length, dataset.Info.Fps));
        for (var i = 0; i < Count; i++)
        {
            Assert.All(episode.Frames[i].State, v => Assert.Equal(0.1f * i, v));
            Assert.All(episode.Frames[i].Action, v => Assert.Equal(StartNs + i * PeriodNs, v * 1e9, 1e3)); // the turn of that very moment
            Assert.Equal(Picture(i).Pixels[0], EncodedPicture.Decode(episode.Frames[i].Pictures["wrist"].Span).Pixels[0]);
        }
    }

    [Theory]
    [InlineData("--server, --checkpoint, --export: expected one of them, got nothing")]
    [InlineData("--server, --checkpoint: expected one of both, got both", "--server", "http://a:1", "--checkpoint", "b")]
    [InlineData("--server: expected http://host:port, https://host:port or unix:PATH, got 'gpu'", "--server", "gpu")]
    [InlineData("file: expected a flight, got /no/such.mcap, which does not exist", "--export", "x")]
    public async Task Replay_WhatCannotBe_IsSaid(string expected, params string[] arguments)
    {
        var (code, error) = await Tool.RunAsync(["replay", "/no/such.mcap", .. arguments]);
        Assert.Equal(2, code);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_AnotherKindOfFile_IsSaid()
    {
        var (code, error) = await Tool.RunAsync("replay", tiny.Picture, "--export", "x");
        Assert.Equal(2, code);
        Assert.Contains("expected an MCAP file, which begins 89 4D", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ServerThatIsNotThere_IsSaid()
    {
        var (code, error) = await Tool.RunAsync("replay", await RecordAsync("alone.mcap"), "--server", "http://127.0.0.1:1");
        Assert.Equal(1, code);
        Assert.NotEqual("", error);
    }

    private async Task<string> RecordAsync(string name, Func<int, ActionChunk, ActionChunk>? change = null)
    {
        using var policy = DepthVlaPolicy.Load(tiny.Folder, TorchDevice.Cpu);
        var ring = new FlightRing(1 << 20, TimeSpan.FromDays(3650));
        var recorder = new FlightRecorder(ring, Cameras, MonotonicClock.System, epochNs: 0);
        for (var i = 0; i < Count; i++)
        {
            var observation = Observed(i);
            recorder.Add([Turn(observation.CaptureTimeNs)]);
            recorder.Sent(observation);
            var chunk = await policy.InferAsync(observation, TestContext.Current.CancellationToken);
            recorder.Told(new ChunkArrived(change?.Invoke(i, chunk) ?? chunk));
        }

        var joints = $"[{string.Join(',', policy.Info.Joints.Select(j => $"{{\"name\":\"{j.Name}\"}}"))}]";
        McapMetadata contract = new("contract", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("joints", joints));
        FlightFile.Write(tiny.InRoot(name), ring, recorder, "test", [contract]);
        return tiny.InRoot(name);
    }

    private static Observation Observed(int i) => new()
    {
        Sequence = i + 1, CaptureTimeNs = StartNs + i * PeriodNs, BudgetNs = 1, Instruction = "put the spoon on the towel",
        Proprioception = JointVector.From([.. Enumerable.Repeat((double)(0.1f * i), 7)]),
        Frames =
        [
            new() { Camera = "primary", Encoding = ImageEncoding.Jpeg, Width = 64, Height = 48, CaptureTimeNs = StartNs, Sequence = i, Data = JpegCodec.Encode(Picture(i)) },
            new() { Camera = "wrist", Encoding = ImageEncoding.Rgb8, Width = 64, Height = 48, Stride = 192, CaptureTimeNs = StartNs, Sequence = i, Data = Picture(i).Memory },
        ],
    };

    private static RgbImage Picture(int i) => new(64, 48, [.. Enumerable.Repeat((byte)(40 * i), 64 * 48 * 3)]);

    private static TickRecord Turn(long timeNs) => new() { Tick = new(timeNs, timeNs, 0, 0), Command = JointVector.From([.. Enumerable.Repeat(timeNs * 1e-9, 7)]) };
}
