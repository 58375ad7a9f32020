using System.Globalization;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>All that a run needs in order to go on as if it had not stopped: one file, which appears under its name only when it is whole.</summary>
/// <remarks>Order, noise and augmentation follow from seed and step, so the step is all there is to remember of them.</remarks>
internal static class TrainingState
{
    internal const string File = "state.safetensors";

    internal static void Save(Trainer trainer, string file)
    {
        var tensors = Groups(trainer).SelectMany(group => group.Tensors.Select(t =>
            new TensorSource(group.Name + t.Key, DType.Float32, t.Value.Shape.ToArray(), stream => t.Value.WriteTo(stream))));
        SafetensorsWriter.Write(file, [.. tensors], new Dictionary<string, string> { ["step"] = trainer.Step.ToString(CultureInfo.InvariantCulture) });
    }

    /// <exception cref="SafetensorsException">The file belongs to another run: a parameter is missing or has another shape.</exception>
    internal static void Load(Trainer trainer, string file)
    {
        using var grad = GradMode.Off();
        using var state = SafetensorsFile.Open(file);
        foreach (var (name, tensors) in Groups(trainer))
        {
            foreach (var (parameter, tensor) in tensors)
            {
                using var scope = new TensorScope();
                var stored = state.Tensor(name + parameter);
                if (!stored.Shape.SequenceEqual(tensor.Shape))
                    throw new SafetensorsException($"{file}: {parameter} is [{string.Join(", ", stored.Shape.ToArray())}], the run's config makes it [{string.Join(", ", tensor.Shape.ToArray())}]; it belongs to another run");
                tensor.CopyFrom(stored);
            }
        }

        trainer.Step = long.Parse(state.Header.Metadata["step"], CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> Tensors)> Groups(Trainer trainer) =>
    [
        ("parameter.", trainer.Masters), ("average.", trainer.Average), ("first_moment.", trainer.Moments.First), ("second_moment.", trainer.Moments.Second),
    ];
}
