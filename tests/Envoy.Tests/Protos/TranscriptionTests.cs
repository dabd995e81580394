using Google.Protobuf.Reflection;
using Mesh.Envoy.Json;
using Mesh.Protogen;
using Mesh.Testing;

namespace Mesh.Envoy.Tests.Protos;

/// <summary>Our transcriptions against the full descriptor set: every message and field, both ways.</summary>
public sealed class TranscriptionTests
{
    [Fact]
    public void Transcriptions_AgainstFullDescriptorSet_AgreeInEveryMessageAndField()
    {
        var full = FullSet();
        var faults = new List<string>();
        var messages = 0;
        foreach (var file in EnvoyTypes.Files)
        {
            foreach (var message in file.ToProto().MessageType)
            {
                messages += CompareMessage(full, $"{file.Package}.{message.Name}", message, faults);
            }

            foreach (var enumeration in file.ToProto().EnumType)
            {
                CompareEnum(full, $"{file.Package}.{enumeration.Name}", enumeration, faults);
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
        Assert.True(messages > 300, $"only {messages} messages were compared");
    }

    [Fact]
    public void Transcriptions_Services_AgreeInMethods()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.SkipReason);
        var full = ReadSet().File.SelectMany(file => file.Service.Select(service => (Name: $"{file.Package}.{service.Name}", service)))
            .ToDictionary(entry => entry.Name, entry => entry.service);
        foreach (var file in EnvoyTypes.Files)
        {
            foreach (var service in file.ToProto().Service)
            {
                var theirs = full[$"{file.Package}.{service.Name}"];
                Assert.Equal(theirs.Method.Select(Describe), service.Method.Select(Describe));
            }
        }
    }

    private static string Describe(MethodDescriptorProto method) =>
        $"{method.Name}({method.ClientStreaming} {method.InputType}) {method.ServerStreaming} {method.OutputType}";

    private static int CompareMessage(
        Dictionary<string, object> full, string name, DescriptorProto ours, List<string> faults)
    {
        if (!full.TryGetValue(name, out var found))
        {
            faults.Add($"{name}: no such message");
            return 0;
        }

        var theirs = (DescriptorProto)found;
        var ourFields = ours.Field.ToDictionary(field => field.Number, field => Describe(ours, field));
        var theirFields = theirs.Field.ToDictionary(field => field.Number, field => Describe(theirs, field));
        foreach (var number in ourFields.Keys.Union(theirFields.Keys).Order())
        {
            var our = ourFields.GetValueOrDefault(number, "absent");
            var their = theirFields.GetValueOrDefault(number, "absent");
            if (our != their)
            {
                faults.Add($"{name} field {number}: {our}, should be {their}");
            }
        }

        foreach (var enumeration in ours.EnumType)
        {
            CompareEnum(full, $"{name}.{enumeration.Name}", enumeration, faults);
        }

        return 1 + ours.NestedType.Sum(nested => CompareMessage(full, $"{name}.{nested.Name}", nested, faults));
    }

    private static void CompareEnum(Dictionary<string, object> full, string name, EnumDescriptorProto ours, List<string> faults)
    {
        var theirs = full.TryGetValue(name, out var found)
            ? ((EnumDescriptorProto)found).Value.Select(value => $"{value.Name}={value.Number}")
            : ["absent"];
        if (!ours.Value.Select(value => $"{value.Name}={value.Number}").SequenceEqual(theirs))
        {
            faults.Add($"{name}: values differ");
        }
    }

    private static string Describe(DescriptorProto message, FieldDescriptorProto field)
    {
        var oneof = field.HasOneofIndex ? message.OneofDecl[field.OneofIndex].Name : "";
        return $"{field.Name} {field.Type} {field.TypeName} {field.Label} oneof={oneof} optional={field.Proto3Optional} "
            + $"packed={(field.Options?.HasPacked == true ? field.Options.Packed : null)} json={field.JsonName}";
    }

    private static Dictionary<string, object> FullSet()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.SkipReason);
        var types = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var file in ReadSet().File)
        {
            file.MessageType.ToList().ForEach(message => Add(types, file.Package, message));
            file.EnumType.ToList().ForEach(enumeration => types[$"{file.Package}.{enumeration.Name}"] = enumeration);
        }

        return types;
    }

    private static void Add(Dictionary<string, object> types, string parent, DescriptorProto message)
    {
        var name = $"{parent}.{message.Name}";
        types[name] = message;
        message.NestedType.ToList().ForEach(nested => Add(types, name, nested));
        message.EnumType.ToList().ForEach(enumeration => types[$"{name}.{enumeration.Name}"] = enumeration);
    }

    private static FileDescriptorSet ReadSet()
    {
        var set = FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(SharedFolder.Root!, "envoy", "envoy-api.binpb")));
        NewerFields.AddTo(set, NameList.Read(Path.Combine(SharedFolder.RepositoryRoot, "eng", "protogen", "newer.txt")));
        return set;
    }
}
