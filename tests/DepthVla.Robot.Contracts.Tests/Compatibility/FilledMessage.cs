using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Contracts.Tests.Compatibility;

/// <summary>Messages with every field set, each to something of its own; always the same.</summary>
internal static class FilledMessage
{
    /// <summary>One for each member of the message's oneof; one where there is none.</summary>
    public static IEnumerable<IMessage> All(MessageDescriptor type) =>
        Enumerable.Range(0, type.RealOneofCount == 0 ? 1 : type.Oneofs.Take(type.RealOneofCount).Max(oneof => oneof.Fields.Count)).Select(member => Fill(type, member));

    private static IMessage Fill(MessageDescriptor type, int member = 0)
    {
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (field.RealContainingOneof is { } oneof && oneof.Fields[member % oneof.Fields.Count] != field) continue;
            if (field.IsRepeated) for (var i = 0; i < 2; i++) ((IList)field.Accessor.GetValue(message)).Add(Value(field, i));
            else field.Accessor.SetValue(message, Value(field, 0));
        }

        return message;
    }

    private static object Value(FieldDescriptor field, int index)
    {
        var number = (300 * field.FieldNumber) + index + 1;
        return field.FieldType switch
        {
            FieldType.Bool => true,
            FieldType.String => $"{field.Name} {index}",
            FieldType.Bytes => ByteString.CopyFrom([(byte)number, 0, 255]),
            FieldType.Double => -number - 0.125,
            FieldType.Float => number + 0.5f,
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => number,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => number + (1L << 33), // as JSON takes the seconds of a Timestamp
            FieldType.UInt32 or FieldType.Fixed32 => (uint)number,
            FieldType.UInt64 or FieldType.Fixed64 => (ulong)number + (1UL << 40),
            FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[^(1 + (index % field.EnumType.Values.Count))].Number),
            FieldType.Message => Fill(field.MessageType),
            _ => throw new NotSupportedException($"{field.FullName}: say here what a {field.FieldType} is filled with"),
        };
    }
}
