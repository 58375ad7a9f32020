using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Tools.Tests.Running;

namespace DepthVla.Robot.Tools.Tests.Inference;

public sealed class InferTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    [Fact]
    public async Task Infer_WithDepth_DrawsEachCameraAboveItsDepth()
    {
        var file = tiny.InRoot("depth.png");
        Assert.Equal((0, ""), await InferAsync("--image", tiny.Picture, "--depth", file));

        var drawn = PngCodec.Decode(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        const int Tile = 3 * 112, Gap = 4, Label = 11; // the model's 112 px, three times
        Assert.Equal(new ImageSize(2 * Tile + 3 * Gap, 2 * (Tile + Label) + 3 * Gap), drawn.Size);
    }

    [Fact]
    public async Task Infer_WrongNumberOfStates_NamesTheJoints()
    {
        var (exitCode, error) = await InferAsync("--state", "1,2");
        Assert.Equal(2, exitCode);
        Assert.StartsWith("--state: expected 7 numbers (waist rad, shoulder rad,", error, StringComparison.Ordinal);
        Assert.Contains("gripper m), got 2;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_MorePicturesThanCameras_NamesTheCameras()
    {
        var (exitCode, error) = await InferAsync("--image", tiny.Picture, "--image", tiny.Picture);
        Assert.Equal(2, exitCode);
        Assert.StartsWith("--image: expected at most 2 (primary, wrist), got 3;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_TextInsteadOfAPicture_SaysSo()
    {
        var text = tiny.InRoot("text.png");
        await File.WriteAllTextAsync(text, "a spoon", TestContext.Current.CancellationToken);
        Assert.Equal((2, $"--image: expected a JPEG or PNG picture, got {text}: it begins like neither; name a picture, or save it anew\n"), await InferAsync("--image", text));
    }

    [Theory]
    [InlineData("depth.jpg", "; end the name with .png")]
    [InlineData("nowhere/depth.png", ", whose folder does not exist; make the folder, or choose another")]
    public async Task Infer_DepthThatCannotBeWritten_IsRefusedBeforeTheModelRuns(string name, string why)
    {
        var file = tiny.InRoot(name);
        Assert.Equal((2, $"--depth: expected a .png file to write, got {file}{why}\n"), await InferAsync("--depth", file));
    }

    [Fact]
    public async Task Infer_InstructionTooLong_SaysHowLongItMayBe()
    {
        var (exitCode, error) = await Tool.RunAsync("infer", "--checkpoint", tiny.Folder, "--image", tiny.Picture, "--instruction", new('a', 200), "--threads", "1");
        Assert.Equal(2, exitCode);
        Assert.StartsWith("--instruction: expected one that the model can read, got 200 characters; it has 202 tokens, the model reads 64;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_DamagedCheckpoint_FailsAndSaysWhatToDo()
    {
        using var damaged = new TinyCheckpoint();
        await File.WriteAllTextAsync(Path.Combine(damaged.Folder, "norm_stats.json"), "{", TestContext.Current.CancellationToken);
        var (exitCode, error) = await Tool.RunAsync("infer", "--checkpoint", damaged.Folder, "--image", tiny.Picture, "--instruction", "lift", "--threads", "1");
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"--checkpoint: {damaged.Folder} cannot be used:\n  norm_stats.json: ", error, StringComparison.Ordinal);
        Assert.EndsWith("  restore the folder, or write it anew with 'depthvla checkpoint init' or 'depthvla checkpoint import'\n", error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Error)> InferAsync(params string[] more) =>
        Tool.RunAsync(["infer", "--checkpoint", tiny.Folder, "--image", tiny.Picture, "--instruction", "lift", "--threads", "1", .. more]);
}
