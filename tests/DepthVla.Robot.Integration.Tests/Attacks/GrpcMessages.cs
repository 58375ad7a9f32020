using DepthVla.Admin.V1;
using DepthVla.Policy.V1;
using Google.Protobuf;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>What is sent to a method.</summary>
/// <param name="Path">The method's.</param>
/// <param name="Body">The message behind gRPC's five bytes, as sent.</param>
/// <param name="IsSound">Whether the message means something by its own type, and no more was done to it.</param>
/// <param name="Standing">Whether the call goes on for as long as the client likes.</param>
internal sealed record GrpcMessage(string Path, byte[] Body, bool IsSound, bool Standing);

/// <summary>Messages for every method of the server, spoilt: bytes, lengths, and types of other methods.</summary>
internal static class GrpcMessages
{
    private static readonly (string Path, MessageParser Parser, IMessage Sound)[] Methods =
    [
        ("/depthvla.policy.v1.PolicyService/Act", ActRequest.Parser, new ActRequest { Contract = SoundContract() }),
        ("/depthvla.policy.v1.PolicyService/Act", ActRequest.Parser, new ActRequest { Observation = SoundObservation() }),
        ("/depthvla.policy.v1.PolicyService/Infer", InferRequest.Parser, new InferRequest { Observation = SoundObservation() }),
        ("/depthvla.policy.v1.PolicyService/GetModelInfo", GetModelInfoRequest.Parser, new GetModelInfoRequest()),
        ("/depthvla.admin.v1.AdminService/ListModels", ListModelsRequest.Parser, new ListModelsRequest()),
        ("/depthvla.admin.v1.AdminService/LoadModel", LoadModelRequest.Parser, new LoadModelRequest { Path = "../../etc" }),
        ("/depthvla.admin.v1.AdminService/PromoteModel", PromoteModelRequest.Parser, new PromoteModelRequest { Model = "0123456789abcdef", OnlyIfFitting = true }),
        ("/depthvla.admin.v1.AdminService/RollbackModel", RollbackModelRequest.Parser, new RollbackModelRequest { OnlyIfFitting = true }),
        ("/grpc.health.v1.Health/Check", GetModelInfoRequest.Parser, new GetModelInfoRequest()), // an empty message, as its own may be
        ("/grpc.health.v1.Health/Watch", GetModelInfoRequest.Parser, new GetModelInfoRequest()),
        ("/depthvla.policy.v1.PolicyService/NoSuchMethod", GetModelInfoRequest.Parser, new GetModelInfoRequest()),
    ];

    private static readonly byte[][] Bytes = [.. Methods.Select(method => method.Sound.ToByteArray())];

    public static GrpcMessage Of(Random random)
    {
        var which = random.Next(Methods.Length);
        var (path, parser, _) = Methods[which];
        var message = Bytes[random.Next(8) == 0 ? random.Next(Bytes.Length) : which];
        if (random.Next(16) > 0) message = Mutation.Of(message, random);
        var (compressed, promised) = ((byte)0, (uint)message.Length);
        if (random.Next(16) == 0) compressed = (byte)random.Next(256);
        if (random.Next(16) == 0) promised = (uint)random.NextInt64(1L << 32);
        var body = Http2Frames.Message(compressed, promised, message);
        if (random.Next(16) == 0) body = body[..random.Next(body.Length)];
        var whole = compressed == 0 && promised == message.Length && body.Length == message.Length + 5;
        return new(path, body, whole && !path.StartsWith("/grpc.", StringComparison.Ordinal) && Means(parser, message), path.EndsWith("/Watch", StringComparison.Ordinal));
    }

    /// <summary>A robot that no policy fits, so that nothing is answered with work.</summary>
    private static Contract SoundContract() => new()
    {
        ProtocolVersion = 1, RobotId = "stranger", ControlRateHz = 500, ObservationRateHz = 10, StepRateHz = 15, Actions = { ActionRepresentation.JointPosition },
        Cameras = { new Camera { Name = "primary", Width = 4, Height = 2, Encoding = ImageEncoding.Rgb8 } },
        Joints = { new Joint { Name = "waist", Unit = JointUnit.Radian, MinPosition = -3, MaxPosition = 3, MaxVelocity = 1, MaxAcceleration = 4 } },
    };

    private static Observation SoundObservation() => new()
    {
        SessionId = "0123456789abcdef0123456789abcdef", Sequence = 1, CaptureTimeNs = 1_000_000, BudgetNs = 210_000_000, AgeNs = 1_000_000, Instruction = "put the spoon on the towel",
        Proprioception = { 0, 0.1, 0.2, 0.3 }, Executing = new() { ChunkSequence = 1, Step = 2 }, Running = new() { CommittedSteps = 1, Dims = 2, Actions = { 0.5f, 0.25f } },
        Frames = { new Frame { Camera = "primary", Encoding = ImageEncoding.Rgb8, Width = 4, Height = 2, Stride = 12, CaptureTimeNs = 1_000_000, Sequence = 1, Data = ByteString.CopyFrom(new byte[24]) } },
    };

    private static bool Means(MessageParser parser, byte[] message)
    {
        try
        {
            parser.ParseFrom(message);
            return true;
        }
        catch (InvalidProtocolBufferException) { return false; }
    }
}
