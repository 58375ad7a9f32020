using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.Server.OpenPi;

/// <summary>Makes an observation of what an openpi client sent. Pure.</summary>
/// <param name="keys">Under which keys to look.</param>
/// <param name="policy">Whose cameras and joints are filled, in its order.</param>
/// <param name="maxInstructionLength">Characters.</param>
internal sealed class ObservationReader(ObservationKeys keys, PolicyInfo policy, int maxInstructionLength)
{
    /// <summary>The key of the flow's noise seed, for those who want the same answer again; openpi has none.</summary>
    public const string SeedKey = "noise_seed";

    // Nobody drives by this budget: openpi's clients wait for as long as it takes.
    private const long BudgetNs = 60_000_000_000;

    /// <param name="message">Its arrays become parts of the observation.</param>
    /// <param name="sequence">Counts the client's observations.</param>
    /// <param name="nowNs">On the server's clock: openpi's clients do not tell when they looked.</param>
    /// <exception cref="InvalidMessageException">A key is missing, or what is under it cannot be used.</exception>
    public Observation Read(Message message, long sequence, long nowNs)
    {
        if (policy.Cameras.Length > keys.Images.Length)
        {
            throw new InvalidMessageException("images", $"the policy has {policy.Cameras.Length} cameras ({string.Join(", ", policy.Cameras)}), and there are keys for {keys.Images.Length}; start the server with an --openpi-keys file that names one each");
        }

        var instruction = message.Text(keys.Prompt);
        if (instruction.Length > maxInstructionLength) throw new InvalidMessageException(keys.Prompt, $"expected at most {maxInstructionLength} characters, got {instruction.Length}");
        return new()
        {
            Sequence = sequence, CaptureTimeNs = nowNs, BudgetNs = BudgetNs, Instruction = instruction,
            Frames = [.. policy.Cameras.Select((camera, i) => Frame(message, camera, keys.Images[i], sequence, nowNs))],
            Proprioception = State(message),
            NoiseSeed = message.Has(SeedKey) ? message.Number(SeedKey) : null,
        };
    }

    private JointVector State(Message message)
    {
        double[] state = [.. keys.State.SelectMany(key => Row(message, key))];
        if (state.Length != policy.Joints.Length)
        {
            throw new InvalidMessageException(string.Join(" + ", keys.State), $"expected {policy.Joints.Length} numbers ({string.Join(", ", policy.Joints.Select(joint => joint.Name))}), got {state.Length}");
        }

        var at = Array.FindIndex(state, value => !double.IsFinite(value));
        return at < 0 ? JointVector.From(state) : throw new InvalidMessageException(string.Join(" + ", keys.State), $"expected finite numbers, got {state[at]} for {policy.Joints[at].Name}");
    }

    private static double[] Row(Message message, string key) => message.Array(key) is { Shape.Length: <= 1, Length: <= JointVector.MaxJoints } row
        ? row.ToDoubles() : throw new InvalidMessageException(key, $"expected a row of at most {JointVector.MaxJoints} numbers, got {message.Array(key).Description}");

    // Rows top down with their pixels' colours together, or, as PyTorch has it, a whole picture a colour. Bytes, or shares of 1.
    private static CameraFrame Frame(Message message, string camera, string key, long sequence, long nowNs)
    {
        var array = message.Array(key);
        var (height, width, planar) = array.Shape switch
        {
            [3, var h, var w] => (h, w, true), // first, as openpi does
            [var h, var w, 3] => (h, w, false),
            _ => (0, 0, false),
        };
        if (height is < 1 or > WireLimits.MaxFrameSide || width is < 1 or > WireLimits.MaxFrameSide || !(array.IsFloat || array.DType == "|u1"))
        {
            throw new InvalidMessageException(key, $"expected a picture, uint8 or float, [height, width, 3] or [3, height, width], sides up to {WireLimits.MaxFrameSide}, got {array.Description}");
        }

        return new()
        {
            Camera = camera, Encoding = ImageEncoding.Rgb8, Width = width, Height = height, Stride = 3 * width, CaptureTimeNs = nowNs, Sequence = sequence,
            Data = planar || array.IsFloat ? Packed(array, height * width, planar) : array.Data,
        };
    }

    private static byte[] Packed(NdArray array, int pixels, bool planar)
    {
        var packed = new byte[3 * pixels];
        for (var i = 0; i < packed.Length; i++)
        {
            var value = array[planar ? (i % 3 * pixels) + (i / 3) : i];
            packed[i] = (byte)(array.IsFloat ? Math.Clamp(double.IsNaN(value) ? 0 : 255 * value, 0, 255) : value); // cut, not rounded, as openpi does
        }

        return packed;
    }
}
