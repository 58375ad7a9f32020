using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Why an observation cannot be used.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Violations">The fields at fault.</param>
internal sealed record Refusal(string Reason, ImmutableArray<FieldViolation> Violations)
{
    public Refusal(string reason, string field, string description)
        : this(reason, [new(field, description)])
    {
    }

    public string Message => string.Join("; ", Violations);
}

/// <summary>Reads observations and holds them to what was agreed. Pure; decoding a picture is the policy's part.</summary>
/// <param name="cameras">The cameras in order; sizes and encodings are checked where there was a contract.</param>
/// <param name="joints">How many joints there are.</param>
/// <param name="maxInstructionLength">Characters.</param>
internal sealed class ObservationCheck(ImmutableArray<ExpectedCamera> cameras, int joints, int maxInstructionLength)
{
    public static ObservationCheck For(RobotContract contract, int maxInstructionLength) =>
        new([.. contract.Cameras.Select(c => new ExpectedCamera(c.Name, c))], contract.Joints.Length, maxInstructionLength);

    public static ObservationCheck For(PolicyInfo policy, int maxInstructionLength) =>
        new([.. policy.Cameras.Select(name => new ExpectedCamera(name, null))], policy.Joints.Length, maxInstructionLength);

    /// <summary>The observation, or the reason why there is none.</summary>
    public bool TryRead(Wire.Observation message, [NotNullWhen(true)] out Observation? observation, [NotNullWhen(false)] out Refusal? refusal)
    {
        try
        {
            observation = message.ToCore();
            refusal = Refuse(observation);
        }
        catch (MalformedMessageException e)
        {
            observation = null;
            refusal = new(Reasons.FieldInvalid, e.Violations);
        }

        return refusal is null;
    }

    private Refusal? Refuse(Observation observation)
    {
        if (observation.Proprioception.Count != joints)
        {
            return new(Reasons.ProprioceptionInvalid, "proprioception", $"expected {joints} values, one a joint, got {observation.Proprioception.Count}");
        }

        if (observation.Instruction.Length > maxInstructionLength)
        {
            return new(Reasons.InstructionTooLong, "instruction", $"expected at most {maxInstructionLength} characters, got {observation.Instruction.Length}; shorten it or raise MaxInstructionLength");
        }

        var next = 0;
        for (var i = 0; i < observation.Frames.Length; i++)
        {
            var frame = observation.Frames[i];
            while (next < cameras.Length && cameras[next].Name != frame.Camera) next++; // a camera that is out is left out
            if (next == cameras.Length)
            {
                return new(Reasons.CameraUnknown, $"frames[{i}].camera", $"expected each of {string.Join(", ", cameras.Select(c => c.Name))} at most once and in this order, got {frame.Camera}");
            }

            if (Refuse(frame, i, cameras[next++].Contracted) is { } refusal) return refusal;
        }

        return null;
    }

    private static Refusal? Refuse(CameraFrame frame, int index, CameraSpec? contracted)
    {
        if (contracted is not null && (frame.Width, frame.Height, frame.Encoding) != (contracted.Width, contracted.Height, contracted.Encoding))
        {
            return new(Reasons.FrameNotAsContracted, $"frames[{index}]",
                $"expected {contracted.Width} x {contracted.Height} {contracted.Encoding} as in the contract, got {frame.Width} x {frame.Height} {frame.Encoding}");
        }

        var data = frame.Data.Span;
        if (frame.Encoding == ImageEncoding.Jpeg)
        {
            return data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? null : new(Reasons.FrameDataInvalid, $"frames[{index}].data", $"expected JPEG, which begins FF D8 FF, got {data.Length} bytes of something else");
        }

        var most = (long)frame.Stride * frame.Height;
        var least = most - frame.Stride + 3L * frame.Width; // the last row may end with its last pixel
        return data.Length >= least && data.Length <= most ? null : new(Reasons.FrameDataInvalid, $"frames[{index}].data", $"expected {least} to {most} bytes, got {data.Length}");
    }
}

/// <summary>A camera that may send frames, with what its contract says where there is one.</summary>
internal readonly record struct ExpectedCamera(string Name, CameraSpec? Contracted);
