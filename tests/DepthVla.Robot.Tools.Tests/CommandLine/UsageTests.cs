using DepthVla.Robot.Tools.Tests.Running;

namespace DepthVla.Robot.Tools.Tests.CommandLine;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "depthvla: expected one of checkpoint, infer, data, train, ablate, evaluate, replay, model, top, bench, got nothing; name one\nSee depthvla --help.\n")]
    [InlineData("fly", "depthvla: expected one of checkpoint, infer, data, train, ablate, evaluate, replay, model, top, bench, got 'fly'; name one\nSee depthvla --help.\n")]
    [InlineData("bench", "depthvla bench: expected one of model, shortcuts, serving, fleet, slow-clients, splicing, limits, control, daemon, training, demonstrations, operators, jpeg, recorder, got nothing; name one\nSee depthvla bench --help.\n")]
    [InlineData("checkpoint", "depthvla checkpoint: expected one of init, import, inspect, verify, calibrate, got nothing; name one\nSee depthvla checkpoint --help.\n")]
    [InlineData("checkpoint inspect", "folder: expected the checkpoint's folder, got nothing; add FOLDER\nSee depthvla checkpoint inspect --help.\n")]
    public async Task Run_CommandIncomplete_SaysWhatFollows(string line, string expected) => Assert.Equal((2, expected), await RunAsync(line));

    [Fact]
    public async Task Run_OptionsMissing_NamesEach()
    {
        var (exitCode, error) = await RunAsync("infer --image");
        Assert.Equal(2, exitCode);
        Assert.Contains("--checkpoint: expected a checkpoint folder, got nothing; add --checkpoint FOLDER\n", error, StringComparison.Ordinal);
        Assert.Contains("--image: expected a JPEG or PNG picture, got nothing; add --image FILE\n", error, StringComparison.Ordinal);
        Assert.Contains("--instruction: expected what to do, in plain words, got nothing; add --instruction TEXT\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed -1", "--seed: expected a whole number from 0 to 18446744073709551615, got '-1';")]
    [InlineData("--threads 0", "--threads: expected a whole number from 1 to 1024, got '0';")]
    [InlineData("--threads many", "--threads: expected a whole number from 1 to 1024, got 'many';")]
    [InlineData("--state 1,x", "--state: expected numbers from -1000 to 1000 separated by commas, got 'x' in place 2;")]
    [InlineData("--state NaN", "--state: expected numbers from -1000 to 1000 separated by commas, got 'NaN' in place 1;")]
    [InlineData("--state 0,-1e300", "--state: expected numbers from -1000 to 1000 separated by commas, got '-1e300' in place 2;")]
    [InlineData("--wings 2", "depthvla infer: expected its options, each with one value, got '--wings';")]
    [InlineData("--image /nowhere.png", "--image: expected a JPEG or PNG picture, got /nowhere.png, which does not exist; check the path")]
    public async Task Infer_ValueThatCannotBeUsed_NamesOptionExpectationAndValue(string options, string expected)
    {
        var (exitCode, error) = await RunAsync($"infer --checkpoint /nowhere --image /nowhere.png --instruction lift {options}");
        Assert.Equal(2, exitCode);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init --config huge --out /nowhere", "--config: expected one of depthvla-3b, depthvla-tiny-joints, pi0-3b, or a JSON file, got huge, which does not exist;")]
    [InlineData("init --config depthvla-tiny-joints --out /nowhere --dtype int8", "--dtype: expected one of bfloat16, float16, float32, float64, got 'int8';")]
    [InlineData("init --config depthvla-tiny-joints --out /nowhere --norm-stats /nowhere.json", "--norm-stats: expected a norm_stats.json, got /nowhere.json, which does not exist;")]
    [InlineData("init --config depthvla-tiny-joints --out /nowhere --tokenizer /nowhere.model", "--tokenizer: expected a SentencePiece .model file, got /nowhere.model, which does not exist;")]
    [InlineData("import --config depthvla-tiny-joints --out /nowhere --from /nowhere.safetensors", "--from: expected weights to import, got /nowhere.safetensors, which does not exist;")]
    [InlineData("import --config depthvla-tiny-joints --out /nowhere --from arm=/tmp", "--from: expected one of vlm, depth, action, heads before '=', got 'arm';")]
    [InlineData("inspect /nowhere", "folder: expected a checkpoint folder, got /nowhere, which does not exist;")]
    public async Task Checkpoint_ValueThatCannotBeUsed_NamesOptionExpectationAndValue(string line, string expected)
    {
        var (exitCode, error) = await RunAsync($"checkpoint {line}");
        Assert.Equal(2, exitCode);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--checkpoint, --policy: expected one of both, got nothing; give --checkpoint FOLDER, or --policy expert")]
    [InlineData("--policy expert --checkpoint /nowhere", "--checkpoint, --policy: expected one of both, got both;")]
    [InlineData("--checkpoint /nowhere --seeds 1", "--checkpoint: expected a checkpoint folder, got /nowhere, which does not exist;")]
    [InlineData("--policy random", "--policy: expected one of expert, hold, replay, got 'random';")]
    [InlineData("--policy replay", "--data: expected a dataset, got nothing;")]
    [InlineData("--policy hold --tasks fly", "--tasks: expected names of tasks and families, or all, got 'fly';")]
    [InlineData("--policy hold --first-seed 1000000000", "--first-seed: expected a whole number from 0 to 999999999, got '1000000000';")]
    [InlineData("--policy hold --control black", "--control: expected wrong-instruction, all that --policy hold can be told, got black;")]
    [InlineData("--policy hold --strip /tmp/strip.jpg", "--strip: expected a .png file to write, got /tmp/strip.jpg;")]
    [InlineData("--checkpoint /nowhere --open-loop", "--data: expected a dataset, got nothing;")]
    public async Task Evaluate_ValueThatCannotBeUsed_NamesOptionExpectationAndValue(string options, string expected)
    {
        var (exitCode, error) = await RunAsync($"evaluate {options}");
        Assert.Equal(2, exitCode);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Help_IsNoError() => Assert.Equal((0, ""), await RunAsync("infer --help"));

    private static Task<(int ExitCode, string Error)> RunAsync(string line) => Tool.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
