using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Model.Schema;

/// <summary>
/// Brings the JSON of a flat kind into the form that its type reads: null means absent, enumerations may be numbers, numbers may
/// be texts, names may be in snake_case, unknown fields are dropped and named. The tree is changed in place.
/// </summary>
internal sealed class FlatCheck(List<string> unknownFields)
{
    private const int MaxUnknownFields = 100;

    /// <summary>The first value that cannot be read, in the contract's words; null when all can.</summary>
    public string? Error { get; private set; }

    /// <summary>Checks an object.</summary>
    public void Check(JsonObject fields, SchemaNode schema, string path)
    {
        foreach (var given in fields.Select(f => f.Key).ToList())
        {
            var value = fields[given];
            var name = schema.Fields.ContainsKey(given) ? given : ToCamelCase(given);
            var fieldPath = path.Length == 0 ? given : $"{path}.{given}";
            if (!schema.Fields.TryGetValue(name, out var field))
            {
                fields.Remove(given);
                if (unknownFields.Count < MaxUnknownFields)
                {
                    unknownFields.Add(fieldPath);
                }
            }
            else if (value is null)
            {
                fields.Remove(given);
            }
            else
            {
                var read = field.Enumeration is { } names ? ReadName(value, names) : Read(value, field.Node, fieldPath);
                if (!ReferenceEquals(read, value) || name != given)
                {
                    fields.Remove(given);
                    fields[name] = ReferenceEquals(read, value) ? value.DeepClone() : read;
                }
            }
        }
    }

    private JsonNode? Read(JsonNode value, SchemaNode schema, string path)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Object when value is JsonObject fields:
                Check(fields, schema, path);
                return value;
            case SchemaKind.Map when value is JsonObject entries:
                foreach (var key in entries.Select(e => e.Key).ToList())
                {
                    if (entries[key] is not { } entry)
                    {
                        entries.Remove(key);
                    }
                    else
                    {
                        _ = Read(entry, schema.Item!, $"{path}.{key}");
                    }
                }

                return value;
            case SchemaKind.List when value is JsonArray items:
                ReadItems(items, schema.Item!, path);
                return value;
            case SchemaKind.Integer when value.GetValueKind() == JsonValueKind.String &&
                long.TryParse(value.GetValue<string>(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return JsonValue.Create(number);
            default:
                if (!SchemaCheck.Fits(value, schema.Kind))
                {
                    Error ??= $"json: cannot unmarshal {SchemaCheck.TypeOf(value)} into Go value of type {GoType(schema)}";
                }

                return value;
        }
    }

    private void ReadItems(JsonArray items, SchemaNode schema, string path)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is not { } item)
            {
                Error ??= $"null is no item of {path}";
                return;
            }

            var read = Read(item, schema, $"{path}[{i}]");
            if (!ReferenceEquals(read, item))
            {
                items[i] = read;
            }
        }
    }

    private JsonNode ReadName(JsonNode value, ProtoEnumAttribute names)
    {
        if (value.GetValueKind() == JsonValueKind.String && names.Names.Contains(value.GetValue<string>()))
        {
            return value;
        }

        if (value is JsonValue number && value.GetValueKind() == JsonValueKind.Number &&
            number.TryGetValue<int>(out var index) && index >= 0 && index < names.Names.Count)
        {
            return JsonValue.Create(names.Names[index]);
        }

        Error ??= $"unknown value {GoText.Quote(value.ToJsonString(ModelJson.Options))} for enum {names.Type}";
        return value;
    }

    private static string GoType(SchemaNode schema) => schema.Kind switch
    {
        SchemaKind.Text => "string",
        SchemaKind.Integer => "uint32",
        SchemaKind.Boolean => "bool",
        SchemaKind.List => "[]json.RawMessage",
        _ => "map[string]json.RawMessage",
    };

    private static string ToCamelCase(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var camel = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i + 1 < name.Length)
            {
                camel.Append(char.ToUpperInvariant(name[++i]));
            }
            else
            {
                camel.Append(name[i]);
            }
        }

        return camel.ToString();
    }
}
