using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using FsCheck.Xunit;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Tests.Mapping;

[Properties(Arbitrary = [typeof(CoreGenerators)])]
public sealed class RoundTripTests
{
    [Property]
    public void Contract_ThroughBytes_IsTheSame(RobotContract contract) =>
        Assert.Equal(Rendered.Of(contract), Rendered.Of(Through(contract.ToWire(), Wire.Contract.Parser).ToCore()));

    [Property]
    public void Policy_ThroughBytes_IsTheSame(PolicyInfo info) =>
        Assert.Equal(Rendered.Of(info), Rendered.Of(Through(info.ToWire(), Wire.ModelInfo.Parser).ToCore()));

    [Property]
    public void Observation_ThroughBytes_IsTheSame(Observation observation) =>
        Assert.Equal(Rendered.Of(observation), Rendered.Of(Through(observation.ToWire("s"), Wire.Observation.Parser).ToCore()));

    [Property]
    public void Chunk_ThroughBytes_IsTheSame(ActionChunk chunk) =>
        Assert.Equal(Rendered.Of(chunk), Rendered.Of(Through(chunk.ToWire("s"), Wire.ActionChunk.Parser).ToCore()));

    [Property]
    public void Event_ThroughBytes_IsTheSame(SessionEvent told) =>
        Assert.Equal(Rendered.Of(told), Rendered.Of(Through(told.ToWire("s"), Wire.ActResponse.Parser).ToCore("s")));

    private static T Through<T>(T message, MessageParser<T> parser) where T : IMessage<T> => parser.ParseFrom(message.ToByteArray());
}
