using System.CommandLine;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Tools.Checkpoints;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Tools.Inference;

/// <summary><c>depthvla infer</c>: one observation from files, the chunk on standard output.</summary>
internal static class InferCommand
{
    // rad or m. No joint gets there; what is far beyond overflows in the network.
    private const double MostPosition = 1000;

    private const string Picture = "a JPEG or PNG picture";

    internal static Command Create()
    {
        var command = new Command("infer", "Answer one observation made of picture files");
        var checkpoint = command.Require(new Option<string>("--checkpoint") { Description = "checkpoint folder", HelpName = "FOLDER" }, "a checkpoint folder");
        var images = command.Require(
            new Option<string[]>("--image") { Description = "JPEG or PNG; once a camera, in the model's order", HelpName = "FILE", Arity = ArgumentArity.OneOrMore }, Picture);
        var instruction = command.Require(new Option<string>("--instruction") { Description = "what to do", HelpName = "TEXT" }, "what to do, in plain words");
        var state = new Option<double[]?>("--state")
        {
            Description = "joint positions, rad or m, separated by commas; zeros by default", HelpName = "NUMBERS", Arity = ArgumentArity.ExactlyOne,
            CustomParser = OptionValues.Numbers(MostPosition),
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "seed of the flow's noise", HelpName = "NUMBER", CustomParser = OptionValues.UInt64, DefaultValueFactory = _ => 1,
        };
        var depth = new Option<string?>("--depth") { Description = "PNG to draw the pictures and their predicted depth into", HelpName = "FILE" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", HelpName = "DEVICE", DefaultValueFactory = _ => "cpu" };
        var threads = new Option<int>("--threads")
        {
            Description = "CPU threads", HelpName = "NUMBER", CustomParser = OptionValues.Int32(1, 1024), DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var flowSteps = PolicyOptions.FlowSteps();
        foreach (var option in (Option[])[state, seed, flowSteps, depth, device, threads]) command.Add(option);

        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Everything that can be told without the model comes first: loading one may take a minute.
            var pictures = parsed.GetRequiredValue(images).Select(ReadPicture).ToList();
            var drawing = parsed.GetValue(depth) is { } file ? PictureTarget.Require(depth.Name, file) : null;
            LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
            var where = GivenDevice.Require(device.Name, parsed.GetRequiredValue(device));
            using var policy = CheckpointFolder.Open(checkpoint.Name, parsed.GetRequiredValue(checkpoint), folder => DepthVlaPolicy.Load(folder, where, new() { FlowSteps = parsed.GetValue(flowSteps) }));
            if (drawing is not null && !policy.Info.HasDepth)
            {
                throw new UsageException(new("--depth", "a model with a depth expert", $"{policy.Info.Name}, which has none", "leave it out"));
            }

            var observation = new Observation
            {
                Sequence = 1, CaptureTimeNs = 0, BudgetNs = long.MaxValue, Instruction = parsed.GetRequiredValue(instruction),
                Frames = [.. Frames(pictures, policy.Info)],
                Proprioception = State(parsed.GetValue(state), policy.Info), NoiseSeed = parsed.GetRequiredValue(seed), WantDepth = drawing is not null,
            };
            var chunk = await AnswerAsync(policy, observation, cancellationToken);
            ChunkTable.Print(chunk, policy.Info);
            if (drawing is null) return;
            await File.WriteAllBytesAsync(drawing, PngCodec.Encode(DepthPicture.Draw(pictures, chunk.Depth, policy)), cancellationToken);
            Console.WriteLine($"depth        {drawing}{(policy.Info.Trained ? "" : " (of an untrained model: no depth, only colours)")}");
        });
        return command;
    }

    private static RgbImage ReadPicture(string file) => GivenFile.Read<RgbImage, InvalidImageException>("--image", file, Picture, "name a picture, or save it anew", Decode);

    private static RgbImage Decode(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes is [0x89, (byte)'P', ..] ? PngCodec.Decode(bytes)
            : bytes is [0xFF, 0xD8, ..] ? JpegCodec.Decode(bytes)
            : throw new InvalidImageException(bytes.Length == 0 ? "the file is empty" : "it begins like neither");
    }

    private static IEnumerable<CameraFrame> Frames(List<RgbImage> pictures, PolicyInfo model)
    {
        if (pictures.Count > model.Cameras.Length)
        {
            var most = $"at most {model.Cameras.Length} ({string.Join(", ", model.Cameras)})";
            throw new UsageException(new("--image", most, $"{pictures.Count}", $"give one a camera that {model.Name} knows"));
        }

        return pictures.Select((picture, i) => new CameraFrame
        {
            Camera = model.Cameras[i], Encoding = ImageEncoding.Rgb8, Width = picture.Width, Height = picture.Height, CaptureTimeNs = 0, Sequence = 1,
            Data = picture.Memory,
        });
    }

    private static JointVector State(double[]? values, PolicyInfo model)
    {
        if (values is null or []) return JointVector.Zero(model.Joints.Length);
        if (values.Length == model.Joints.Length) return JointVector.From(values);
        var joints = string.Join(", ", model.Joints.Select(j => $"{j.Name} {(j.Unit == JointUnit.Radian ? "rad" : "m")}"));
        throw new UsageException(new("--state", $"{model.Joints.Length} numbers ({joints})", $"{values.Length}", "give one a joint, in that order"));
    }

    private static async Task<ActionChunk> AnswerAsync(DepthVlaPolicy policy, Observation observation, CancellationToken cancellationToken)
    {
        try
        {
            return await policy.InferAsync(observation, cancellationToken);
        }
        catch (InvalidObservationException e) when (e.Field == "instruction")
        {
            var why = e.Message[(e.Field.Length + 2)..];
            throw new UsageException(new("--instruction", "one that the model can read", $"{observation.Instruction.Length} characters", why), e);
        }
    }
}
