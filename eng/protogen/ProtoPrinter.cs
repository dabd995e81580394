using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;

namespace Mesh.Protogen;

/// <summary>Prints the selected types of one file as proto3 text: what the wire and its JSON form need, nothing else.</summary>
internal sealed class ProtoPrinter(Selection selection, FileDescriptorProto file)
{
    private readonly StringBuilder _body = new();
    private readonly SortedSet<string> _imports = new(StringComparer.Ordinal);

    /// <summary>The text, or null where nothing of the file is selected.</summary>
    public string? Print()
    {
        if (file.Syntax != "proto3" && file.MessageType.Any(message => selection.Has($"{file.Package}.{message.Name}")))
        {
            throw new InvalidOperationException($"{file.Name}: only proto3 is printed");
        }

        foreach (var enumeration in file.EnumType.Where(type => selection.Has($"{file.Package}.{type.Name}")))
        {
            PrintEnum(enumeration, 0);
        }

        foreach (var message in file.MessageType.Where(type => selection.Has($"{file.Package}.{type.Name}")))
        {
            PrintMessage($"{file.Package}.{message.Name}", message, 0);
        }

        foreach (var service in file.Service.Where(type => selection.Has($"{file.Package}.{type.Name}")))
        {
            PrintService(service);
        }

        return _body.Length == 0 ? null : Header() + _body;
    }

    private string Header()
    {
        var header = new StringBuilder("syntax = \"proto3\";\n\n");
        header.Append(CultureInfo.InvariantCulture, $"package {file.Package};\n\n");
        foreach (var import in _imports)
        {
            header.Append(CultureInfo.InvariantCulture, $"import \"{import}\";\n");
        }

        if (_imports.Count > 0)
        {
            header.Append('\n');
        }

        return header.Append(CultureInfo.InvariantCulture, $"option csharp_namespace = \"{CSharpNamespace(file.Package)}\";\n").ToString();
    }

    /// <summary>
    /// <c>envoy.config.cluster.v3</c> becomes <c>EnvoyApi.Config.Cluster.V3</c>: a first part of its own, so that it can be
    /// named from within <c>Mesh.*</c>, where <c>Envoy</c> is already a namespace.
    /// </summary>
    private static string CSharpNamespace(string package)
    {
        var parts = package.Split('.').Select(Pascal).ToArray();
        parts[0] += "Api";
        return string.Join('.', parts);
    }

    private static string Pascal(string part) =>
        string.Concat(part.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private void PrintMessage(string name, DescriptorProto message, int depth)
    {
        Line(depth, depth == 0 ? "\n" : "", $"message {message.Name} {{");
        foreach (var enumeration in message.EnumType)
        {
            PrintEnum(enumeration, depth + 1);
        }

        foreach (var nested in message.NestedType.Where(type => type.Options?.MapEntry != true))
        {
            if (!selection.IsPrunedType($"{name}.{nested.Name}"))
            {
                PrintMessage($"{name}.{nested.Name}", nested, depth + 1);
            }
        }

        PrintFields(name, message, depth + 1);
        Line(depth, "", "}");
    }

    private void PrintFields(string name, DescriptorProto message, int depth)
    {
        var printed = new HashSet<int>();
        foreach (var field in message.Field.Where(field => !selection.IsPruned(name, field)))
        {
            if (!field.HasOneofIndex || field.Proto3Optional)
            {
                Line(depth, "", Field(message, field));
            }
            else if (printed.Add(field.OneofIndex))
            {
                Line(depth, "", $"oneof {message.OneofDecl[field.OneofIndex].Name} {{");
                foreach (var member in message.Field)
                {
                    if (member.HasOneofIndex && member.OneofIndex == field.OneofIndex && !selection.IsPruned(name, member))
                    {
                        Line(depth + 1, "", Field(message, member));
                    }
                }

                Line(depth, "", "}");
            }
        }
    }

    private string Field(DescriptorProto message, FieldDescriptorProto field)
    {
        var entry = MapEntry(message, field);
        var type = entry is null
            ? TypeName(field)
            : $"map<{TypeName(entry.Field[0])}, {TypeName(entry.Field[1])}>";
        var label = entry is not null ? ""
            : field.Label == FieldDescriptorProto.Types.Label.Repeated ? "repeated "
            : field.Proto3Optional ? "optional " : "";
        return $"{label}{type} {field.Name} = {field.Number}{Options(field)};";
    }

    private static string Options(FieldDescriptorProto field)
    {
        var options = new List<string>();
        if (field.Options?.HasPacked == true)
        {
            options.Add($"packed = {(field.Options.Packed ? "true" : "false")}");
        }

        if (field.HasJsonName && field.JsonName != DefaultJsonName(field.Name))
        {
            options.Add($"json_name = \"{field.JsonName}\"");
        }

        return options.Count == 0 ? "" : $" [{string.Join(", ", options)}]";
    }

    private static string DefaultJsonName(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '_')
            {
                text.Append(i > 0 && name[i - 1] == '_' ? char.ToUpperInvariant(name[i]) : name[i]);
            }
        }

        return text.ToString();
    }

    private static DescriptorProto? MapEntry(DescriptorProto message, FieldDescriptorProto field) =>
        message.NestedType.FirstOrDefault(nested =>
            nested.Options?.MapEntry == true && field.TypeName.EndsWith($"{message.Name}.{nested.Name}", StringComparison.Ordinal));

    private string TypeName(FieldDescriptorProto field) => field.TypeName.Length == 0
        ? field.Type.ToString().ToLowerInvariant()
        : Reference(field.TypeName);

    private string Reference(string typeName)
    {
        var declaring = selection.FileOf(typeName[1..]);
        if (declaring != file.Name)
        {
            _imports.Add(declaring);
        }

        // The leading dot stays: relative names are looked up from the inside out and can be caught by a package part.
        return typeName;
    }

    private void PrintEnum(EnumDescriptorProto enumeration, int depth)
    {
        Line(depth, depth == 0 ? "\n" : "", $"enum {enumeration.Name} {{");
        if (enumeration.Options?.AllowAlias == true)
        {
            Line(depth + 1, "", "option allow_alias = true;");
        }

        foreach (var value in enumeration.Value)
        {
            Line(depth + 1, "", $"{value.Name} = {value.Number};");
        }

        Line(depth, "", "}");
    }

    private void PrintService(ServiceDescriptorProto service)
    {
        Line(0, "\n", $"service {service.Name} {{");
        foreach (var method in service.Method)
        {
            var input = (method.ClientStreaming ? "stream " : "") + Reference(method.InputType);
            var output = (method.ServerStreaming ? "stream " : "") + Reference(method.OutputType);
            Line(1, "", $"rpc {method.Name}({input}) returns ({output});");
        }

        Line(0, "", "}");
    }

    private void Line(int depth, string before, string text) =>
        _body.Append(before).Append(' ', depth * 2).Append(text).Append('\n');
}
