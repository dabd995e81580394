using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Schema;
using Mesh.Model.Validation;

namespace Mesh.Model.Text;

/// <summary>Reads one document of a known kind.</summary>
internal sealed class ResourceReader(ResourceDescriptor descriptor, bool keepStatus)
{
    private static readonly string[] _headFields =
        ["type", "mesh", "name", "labels", "creationTime", "modificationTime", "kri", "snis", "status"];

    private static readonly SchemaNode _texts = new()
    {
        Kind = SchemaKind.Map,
        Item = new SchemaNode { Kind = SchemaKind.Text },
    };

    private readonly ViolationList _violations = new();
    private readonly List<string> _unknownFields = [];

    /// <summary>How the contract words that a document is no resource of a kind.</summary>
    public static string InvalidObject(ResourceDescriptor descriptor, string error) =>
        $"invalid {descriptor.Kind} object: {GoText.Quote(error)}";

    public ParsedResource Read(JsonObject fields)
    {
        CheckHead(fields);
        var specTree = descriptor.IsFlat ? TakeFlatSpec(fields, out var error) : TakeSpec(fields, out error);
        if (!_violations.IsEmpty)
        {
            return new ParsedResource { Violations = _violations, UnknownFields = _unknownFields };
        }

        try
        {
            if (error is null && specTree.Deserialize(descriptor.SpecType, ModelJson.Options) is { } spec)
            {
                return new ParsedResource { Resource = Build(fields, spec), UnknownFields = _unknownFields };
            }
        }
        catch (JsonException fault)
        {
            error = ValueError(fault, specTree);
        }

        return ParsedResource.Unreadable(InvalidObject(descriptor, error ?? "null is no object"));
    }

    private void CheckHead(JsonObject fields)
    {
        CheckText(fields, "type", !descriptor.IsFlat);
        CheckText(fields, "name", !descriptor.IsFlat);
        CheckText(fields, "mesh", false);
        if (fields["type"] is JsonValue type && type.TryGetValue<string>(out var kind) && kind != descriptor.Kind)
        {
            _violations.Add("", $"type in body should be one of [{descriptor.Kind}]");
        }

        if (fields["labels"] is { } labels)
        {
            new SchemaCheck(_violations, _unknownFields).Check(labels, _texts, "labels");
        }
    }

    private void CheckText(JsonObject fields, string name, bool isMandatory)
    {
        if (!fields.TryGetPropertyValue(name, out var value))
        {
            if (isMandatory)
            {
                _violations.Add("", $".{name} in body is required");
            }
        }
        else if (value is not null && value.GetValueKind() != JsonValueKind.String)
        {
            _violations.Add("", $"{name} in body must be of type string: \"{SchemaCheck.TypeOf(value)}\"");
        }
    }

    private JsonNode? TakeSpec(JsonObject fields, out string? error)
    {
        error = null;
        foreach (var name in fields.Select(f => f.Key).Where(n => n != "spec" && !_headFields.Contains(n)))
        {
            _unknownFields.Add(name);
        }

        if (!fields.TryGetPropertyValue("spec", out var spec))
        {
            _violations.Add("", ".spec in body is required");
            return null;
        }

        new SchemaCheck(_violations, _unknownFields).Check(spec, SchemaReader.Of(descriptor.SpecType), "spec");
        return spec;
    }

    private JsonObject TakeFlatSpec(JsonObject fields, out string? error)
    {
        var spec = new JsonObject();
        foreach (var name in fields.Select(f => f.Key).Where(n => !_headFields.Contains(n)).ToList())
        {
            var value = fields[name];
            fields.Remove(name);
            spec[name] = value;
        }

        var check = new FlatCheck(_unknownFields);
        check.Check(spec, SchemaReader.Of(descriptor.SpecType), "");
        error = check.Error;
        return spec;
    }

    private Resource Build(JsonObject fields, object spec) => new()
    {
        Descriptor = descriptor,
        Name = Text(fields, "name"),
        Mesh = descriptor.Scope == ResourceScope.Mesh ? Text(fields, "mesh") : "",
        Labels = fields["labels"].Deserialize<IReadOnlyDictionary<string, string>>(ModelJson.Options) ?? ResourceLabels.None,
        CreationTime = Time(fields, "creationTime"),
        ModificationTime = Time(fields, "modificationTime"),
        Spec = spec,
        Status = keepStatus && descriptor.StatusType is { } type && fields["status"] is { } status
            ? status.Deserialize(type, ModelJson.Options)
            : null,
    };

    private static string Text(JsonObject fields, string name) =>
        fields[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static DateTimeOffset Time(JsonObject fields, string name) =>
        GoTimeConverter.TryParse(Text(fields, name), out var time) ? time : default;

    /// <summary>A number out of range is told as the contract tells it; everything else by its own message.</summary>
    private string ValueError(JsonException fault, JsonNode? spec)
    {
        if (fault.Path is not { Length: > 2 } path || fault.InnerException is null || !TryFollow(spec, path, out var value))
        {
            return fault.InnerException is null ? Shorten(fault.Message) : "a value does not fit its field";
        }

        var names = string.Join('.', path[2..].Split('.').Select(part => part.Split('[')[0]));
        return value?.GetValueKind() == JsonValueKind.Number
            ? $"json: cannot unmarshal number {value.ToJsonString()} into Go struct field " +
              $"{GoStructs.NameOfParent(descriptor.SpecType, names)}.{(descriptor.IsFlat ? "" : "spec.")}{names} of type uint32"
            : "a value does not fit its field";
    }

    private static string Shorten(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private static bool TryFollow(JsonNode? node, string path, out JsonNode? value)
    {
        value = node;
        foreach (var part in path[2..].Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            value = part.StartsWith('[') && value is JsonArray items && int.TryParse(part[1..^1], out var index) && index < items.Count
                ? items[index]
                : value is JsonObject fields && fields.TryGetPropertyValue(part, out var field) ? field : null;
            if (value is null)
            {
                return false;
            }
        }

        return true;
    }
}
