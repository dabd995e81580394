using Google.Protobuf.Reflection;

namespace Mesh.Protogen;

/// <summary>
/// The top-level messages, enums and services to print: the roots and everything their fields name, less what is pruned.
/// A pruned name is a field (<c>package.Message.field</c>) or a type (then every field of that type goes).
/// </summary>
internal sealed class Selection
{
    private readonly Dictionary<string, (FileDescriptorProto File, object Type)> _owners = [];
    private readonly HashSet<string> _selected = [];
    private readonly HashSet<string> _prune;
    private readonly Queue<string> _open = new();

    private Selection(IReadOnlyList<string> prune) => _prune = [.. prune];

    public int Count => _selected.Count;

    public static Selection Close(FileDescriptorSet set, IReadOnlyList<string> roots, IReadOnlyList<string> prune)
    {
        var selection = new Selection(prune);
        selection.Index(set);
        foreach (var root in roots)
        {
            if (!selection._owners.ContainsKey(root))
            {
                throw new InvalidOperationException($"no such top-level type: {root}");
            }

            selection.Add(root);
        }

        while (selection._open.TryDequeue(out var next))
        {
            selection.Follow(next);
        }

        return selection;
    }

    public bool Has(string topLevelName) => _selected.Contains(topLevelName);

    /// <summary>File that declares the top-level type which holds <paramref name="typeName"/> (without leading dot).</summary>
    public string FileOf(string typeName) => _owners[TopLevel(typeName)].File.Name;

    public bool IsPruned(string messageName, FieldDescriptorProto field) =>
        _prune.Contains($"{messageName}.{field.Name}")
        || (field.TypeName.Length > 0 && IsPrunedType(field.TypeName[1..]));

    public bool IsPrunedType(string name) => _prune.Contains(name);

    private void Index(FileDescriptorSet set)
    {
        foreach (var file in set.File)
        {
            foreach (var message in file.MessageType)
            {
                _owners[$"{file.Package}.{message.Name}"] = (file, message);
            }

            foreach (var enumeration in file.EnumType)
            {
                _owners[$"{file.Package}.{enumeration.Name}"] = (file, enumeration);
            }

            foreach (var service in file.Service)
            {
                _owners[$"{file.Package}.{service.Name}"] = (file, service);
            }
        }
    }

    private void Follow(string name)
    {
        switch (_owners[name].Type)
        {
            case DescriptorProto message:
                FollowMessage(name, message);
                break;
            case ServiceDescriptorProto service:
                foreach (var method in service.Method)
                {
                    AddReference(method.InputType);
                    AddReference(method.OutputType);
                }

                break;
        }
    }

    private void FollowMessage(string name, DescriptorProto message)
    {
        foreach (var field in message.Field)
        {
            if (field.TypeName.Length > 0 && !IsPruned(name, field))
            {
                AddReference(field.TypeName);
            }
        }

        foreach (var nested in message.NestedType)
        {
            if (!IsPrunedType($"{name}.{nested.Name}"))
            {
                FollowMessage($"{name}.{nested.Name}", nested);
            }
        }
    }

    private void AddReference(string typeName) => Add(TopLevel(typeName[1..]));

    private void Add(string name)
    {
        // The compiler brings the well-known types along.
        if (!name.StartsWith("google.protobuf.", StringComparison.Ordinal) && _selected.Add(name))
        {
            _open.Enqueue(name);
        }
    }

    private string TopLevel(string typeName)
    {
        var name = typeName;
        while (!_owners.ContainsKey(name))
        {
            var dot = name.LastIndexOf('.');
            if (dot < 0)
            {
                throw new InvalidOperationException($"no such type: {typeName}");
            }

            name = name[..dot];
        }

        return name;
    }
}
