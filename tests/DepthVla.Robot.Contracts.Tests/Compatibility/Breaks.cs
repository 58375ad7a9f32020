using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Contracts.Tests.Compatibility;

/// <summary>Flattens what files declare into facts that must stay, each by what it is about: a field's number, an enum's number, a method. Whatever is only added breaks nothing.</summary>
internal static class Breaks
{
    /// <summary>What of <paramref name="before"/> is gone or another in <paramref name="after"/>, for people.</summary>
    public static IReadOnlyList<string> Between(FileDescriptorSet before, FileDescriptorSet after)
    {
        var now = Facts(after).ToDictionary();
        return [.. Facts(before).Where(was => now.GetValueOrDefault(was.Key) != was.Value).Select(was => $"{was.Key}: was {was.Value}, is {now.GetValueOrDefault(was.Key) ?? "gone"}")];
    }

    private static IEnumerable<KeyValuePair<string, string>> Facts(FileDescriptorSet all) => all.File.SelectMany(file =>
        file.MessageType.SelectMany(message => Message(file.Package, message)).Concat(file.EnumType.SelectMany(one => Enumeration(file.Package, one))).Concat(file.Service.SelectMany(service => Service(file.Package, service))));

    private static IEnumerable<KeyValuePair<string, string>> Message(string scope, DescriptorProto message)
    {
        var name = $"{scope}.{message.Name}";
        yield return new(name, "a message");
        foreach (var field in message.Field) yield return new($"{name}, field {field.Number}", Describe(field, message));
        foreach (var fact in message.NestedType.SelectMany(nested => Message(name, nested)).Concat(message.EnumType.SelectMany(nested => Enumeration(name, nested)))) yield return fact;
    }

    private static string Describe(FieldDescriptorProto field, DescriptorProto message)
    {
        var oneof = field.HasOneofIndex && !field.Proto3Optional ? $" of {message.OneofDecl[field.OneofIndex].Name}" : "";
        var how = field.Proto3Optional ? "optional " : field.Label == FieldDescriptorProto.Types.Label.Repeated ? "repeated " : "";
        return $"{how}{(field.HasTypeName ? field.TypeName : field.Type)} {field.Name}{oneof}";
    }

    private static IEnumerable<KeyValuePair<string, string>> Enumeration(string scope, EnumDescriptorProto one)
    {
        yield return new($"{scope}.{one.Name}", "an enum");
        foreach (var value in one.Value) yield return new($"{scope}.{one.Name}, value {value.Number}", value.Name);
    }

    private static IEnumerable<KeyValuePair<string, string>> Service(string scope, ServiceDescriptorProto service)
    {
        foreach (var method in service.Method)
        {
            yield return new($"{scope}.{service.Name}.{method.Name}", $"{(method.ClientStreaming ? "stream " : "")}{method.InputType} to {(method.ServerStreaming ? "stream " : "")}{method.OutputType}");
        }
    }
}
