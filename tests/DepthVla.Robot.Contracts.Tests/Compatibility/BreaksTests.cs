using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Contracts.Tests.Compatibility;

/// <summary>Each way to break a protocol is seen, and an addition is none.</summary>
public sealed class BreaksTests
{
    [Fact]
    public void Between_Additions_AreNone()
    {
        Assert.Empty(Breaks.Between(Changed(policy =>
        {
            Message(policy, "Contract").Field.RemoveAt(0);
            policy.EnumType[0].Value.RemoveAt(0);
            policy.MessageType.Remove(Message(policy, "Draining"));
            policy.Service[0].Method.RemoveAt(0);
        }), Protocol.Descriptors));
    }

    public static TheoryData<string, Action<FileDescriptorProto>> Changes => new()
    {
        { "field 2: was String robot_id, is gone", policy => Contract(policy).Field.Remove(Field(policy)) },
        { "field 2: was String robot_id, is String name", policy => Field(policy).Name = "name" },
        { "field 2: was String robot_id, is Bytes robot_id", policy => Field(policy).Type = FieldDescriptorProto.Types.Type.Bytes },
        { "field 2: was String robot_id, is repeated String robot_id", policy => Field(policy).Label = FieldDescriptorProto.Types.Label.Repeated },
        { "field 2: was String robot_id, is gone", policy => Field(policy).Number = 99 },
        { "JointUnit, value 1: was JOINT_UNIT_RADIAN, is gone", policy => policy.EnumType.Single(one => one.Name == "JointUnit").Value.RemoveAt(1) },
        { "v1.Draining: was a message, is gone", policy => policy.MessageType.Remove(policy.MessageType.Single(one => one.Name == "Draining")) },
        { "PolicyService.Act: was stream", policy => policy.Service[0].Method.Single(method => method.Name == "Act").ClientStreaming = false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Between_EveryBreak_IsSaid(string expected, Action<FileDescriptorProto> change) =>
        Assert.Contains(Breaks.Between(Protocol.Descriptors, Changed(change)), said => said.Contains(expected, StringComparison.Ordinal));

    private static DescriptorProto Contract(FileDescriptorProto file) => Message(file, "Contract");

    private static FieldDescriptorProto Field(FileDescriptorProto file) => Contract(file).Field.Single(field => field.Number == 2);

    private static DescriptorProto Message(FileDescriptorProto file, string name) => file.MessageType.Single(message => message.Name == name);

    private static FileDescriptorSet Changed(Action<FileDescriptorProto> change)
    {
        var all = Protocol.Descriptors.Clone();
        change(all.File.Single(file => file.Package == "depthvla.policy.v1"));
        return all;
    }
}
