using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using FsCheck.Xunit;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Tests.Mapping;

public sealed class FuzzTests
{
    private static readonly byte[][] Valid =
    [
        new Wire.ActRequest { Contract = Samples.Contract() }.ToByteArray(),
        new Wire.ActRequest { Observation = Samples.Observation() }.ToByteArray(),
        new Wire.ActResponse { Chunk = Samples.Chunk() }.ToByteArray(),
        new Wire.ActResponse { Accepted = new() { SessionId = "s", Model = Samples.Model() } }.ToByteArray(),
    ];

    [Property(MaxTest = 2000)]
    public void Read_AnyBytes_MeansSomethingOrIsRefused(byte[] bytes) => ReadAll(bytes);

    [Property(MaxTest = 5000)]
    public void Read_DamagedMessage_MeansSomethingOrIsRefused(uint which, uint position, byte value, uint cut)
    {
        var bytes = Valid[which % Valid.Length].ToArray();
        bytes[position % bytes.Length] = value;
        ReadAll(bytes[..(bytes.Length - (int)(cut % 4))]);
    }

    private static void ReadAll(byte[] bytes)
    {
        Read(Wire.ActRequest.Parser, bytes, m => m.Contract?.ToCore());
        Read(Wire.ActRequest.Parser, bytes, m => m.Observation?.ToCore());
        Read(Wire.ActResponse.Parser, bytes, m => m.ToCore("session-1"));
        Read(Wire.ActResponse.Parser, bytes, m => m.Accepted?.Model?.ToCore());
    }

    private static void Read<T>(MessageParser<T> parser, byte[] bytes, Func<T, object?> toCore) where T : IMessage<T>
    {
        try
        {
            toCore(parser.ParseFrom(bytes));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or MalformedMessageException)
        {
            // refused
        }
    }
}
