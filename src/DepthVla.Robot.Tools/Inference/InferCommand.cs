using System.CommandLine;
using System.Globalization;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Inference;

/// <summary><c>depthvla infer</c>: one observation from files, the chunk on standard output.</summary>
internal static class InferCommand
{
    internal static Command Create()
    {
        var checkpoint = new Option<string>("--checkpoint") { Description = "checkpoint folder", Required = true };
        var images = new Option<string[]>("--image") { Description = "JPEG or PNG, one a camera in the model's order", Required = true };
        var state = new Option<string?>("--state") { Description = "joint positions, rad or m, separated by commas; zeros by default" };
        var instruction = new Option<string>("--instruction") { Description = "what to do", Required = true };
        var seed = new Option<ulong>("--seed") { Description = "seed of the flow's noise", DefaultValueFactory = _ => 1 };
        var depth = new Option<string?>("--depth") { Description = "PNG to draw the predicted depth into" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
        var threads = new Option<int>("--threads") { Description = "CPU threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("infer", "Answer one observation made of picture files") { checkpoint, images, state, instruction, seed, depth, device, threads };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LibTorchLocation.UseThreads(parsed.GetRequiredValue(threads));
            using var policy = DepthVlaPolicy.Load(parsed.GetRequiredValue(checkpoint), TorchDevice.Parse(parsed.GetRequiredValue(device)));
            var pictures = Read(parsed.GetRequiredValue(images), policy.Info);
            var observation = new Observation
            {
                Sequence = 1, CaptureTimeNs = 0, BudgetNs = long.MaxValue, Instruction = parsed.GetRequiredValue(instruction),
                Frames = [.. pictures.Select((p, i) => Frame(policy.Info.Cameras[i], p))], Proprioception = State(parsed.GetValue(state), policy.Info),
                NoiseSeed = parsed.GetRequiredValue(seed), WantDepth = parsed.GetValue(depth) is not null && policy.Info.HasDepth,
            };

            var chunk = await policy.InferAsync(observation, cancellationToken);
            ChunkTable.Print(chunk, policy.Info);
            if (parsed.GetValue(depth) is not { } file) return;
            if (!policy.Info.HasDepth) throw new FormatException($"--depth: {policy.Info.Name} has no depth expert");
            var strip = PictureStrip.Draw(
            [
                [.. pictures.Select((p, i) => new LabelledPicture(p, policy.Info.Cameras[i]))],
                [.. chunk.Depth.Select(d => new LabelledPicture(DepthColors.Paint(d.Metres.Span, d.Width, d.Height), "depth"))],
            ]);
            await File.WriteAllBytesAsync(file, PngCodec.Encode(strip), cancellationToken);
            Console.WriteLine($"depth        {file}{(policy.Info.Trained ? "" : " (of an untrained model: no depth, only colours)")}");
        });
        return command;
    }

    private static List<RgbImage> Read(string[] files, PolicyInfo model)
    {
        if (files.Length > model.Cameras.Length)
        {
            throw new FormatException($"--image: {files.Length} pictures, but {model.Name} knows {model.Cameras.Length} cameras ({string.Join(", ", model.Cameras)})");
        }

        return [.. files.Select(ReadPicture)];
    }

    private static RgbImage ReadPicture(string file)
    {
        var bytes = File.ReadAllBytes(file);
        try { return bytes is [0x89, (byte)'P', ..] ? PngCodec.Decode(bytes) : JpegCodec.Decode(bytes); }
        catch (InvalidImageException e) { throw new FormatException($"--image {file}: expected a JPEG or PNG: {e.Message}", e); }
    }

    private static CameraFrame Frame(string camera, RgbImage picture) => new()
    {
        Camera = camera, Encoding = ImageEncoding.Rgb8, Width = picture.Width, Height = picture.Height, CaptureTimeNs = 0, Sequence = 1, Data = picture.Memory,
    };

    private static JointVector State(string? text, PolicyInfo model)
    {
        if (text is null) return JointVector.Zero(model.Joints.Length);
        var values = text.Split(',').Select(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out var d)
            ? d
            : throw new FormatException($"--state: '{v}' is not a number")).ToArray();
        return values.Length == model.Joints.Length
            ? JointVector.From(values)
            : throw new FormatException($"--state: expected {model.Joints.Length} numbers ({string.Join(", ", model.Joints.Select(j => j.Name))}), got {values.Length}");
    }
}
