using System.Globalization;
using Google.Protobuf.Reflection;

namespace Mesh.Protogen;

/// <summary>Adds to a descriptor set the message fields that <c>newer.txt</c> names.</summary>
internal static class NewerFields
{
    public static void AddTo(FileDescriptorSet set, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            var message = set.File.SelectMany(f => f.MessageType.Select(m => (Name: $"{f.Package}.{m.Name}", m))).First(e => e.Name == parts[0]).m;
            message.Field.Add(new FieldDescriptorProto
            {
                Name = parts[3],
                Number = int.Parse(parts[1], CultureInfo.InvariantCulture),
                Label = parts[2] == "repeated" ? FieldDescriptorProto.Types.Label.Repeated : FieldDescriptorProto.Types.Label.Optional,
                Type = FieldDescriptorProto.Types.Type.Message,
                TypeName = parts[4],
            });
        }
    }
}
