using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Validation;

namespace Mesh.Model.Schema;

/// <summary>
/// Compares a JSON tree with a schema: fills in fallbacks, drops and names unknown fields, and reports everything that does not
/// fit, in the contract's words. The tree is changed in place.
/// </summary>
internal sealed class SchemaCheck(ViolationList violations, List<string> unknownFields)
{
    private const int MaxUnknownFields = 100;

    /// <summary>Checks a value that is there.</summary>
    /// <param name="value">The value; null is JSON's null.</param>
    public void Check(JsonNode? value, SchemaNode schema, string path)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Any:
                return;
            case SchemaKind.Object when value is JsonObject fields:
                CheckObject(fields, schema, path, null);
                return;
            case SchemaKind.Map when value is JsonObject entries:
                foreach (var (key, entry) in entries)
                {
                    Check(entry, schema.Item!, $"{path}.{key}");
                }

                return;
            case SchemaKind.List when value is JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Check(items[i], schema.Item!, $"{path}[{i}]");
                }

                return;
            default:
                if (!Fits(value, schema.Kind))
                {
                    Add(path, $"in body must be of type {schema.TypeName}: \"{TypeOf(value)}\"");
                }

                return;
        }
    }

    private void CheckObject(JsonObject fields, SchemaNode schema, string path, IReadOnlyList<string>? kinds)
    {
        foreach (var name in fields.Select(f => f.Key).ToList())
        {
            if (!schema.Fields.ContainsKey(name))
            {
                fields.Remove(name);
                if (unknownFields.Count < MaxUnknownFields)
                {
                    unknownFields.Add(path.Length == 0 ? name : $"{path}.{name}");
                }
            }
        }

        foreach (var field in schema.Fields.Values)
        {
            var fieldPath = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (!fields.TryGetPropertyValue(field.Name, out var value) || value is null && field.Fallback is not null)
            {
                if (field.Fallback is not null)
                {
                    fields[field.Name] = FallbackNode(field.Fallback);
                }
                else if (field.IsMandatory)
                {
                    Add(fieldPath, "in body is required");
                }

                continue;
            }

            if (field.Kinds is not null && value is JsonObject reference)
            {
                CheckObject(reference, field.Node, fieldPath, field.Kinds);
            }
            else
            {
                Check(value, field.Node, fieldPath);
            }

            CheckLimits(value, field, field.Name == "kind" && kinds is not null ? kinds : field.Values, fieldPath);
        }
    }

    private void CheckLimits(JsonNode? value, SchemaField field, IReadOnlyList<string>? allowed, string path)
    {
        if (allowed is not null)
        {
            CheckValues(value, field.Node, allowed, path);
        }

        if (field.Range is { } range && value is JsonValue number && number.TryGetValue<long>(out var whole))
        {
            if (whole < range.Minimum)
            {
                Add(path, string.Create(CultureInfo.InvariantCulture, $"in body should be greater than or equal to {range.Minimum}"));
            }
            else if (whole > range.Maximum)
            {
                Add(path, string.Create(CultureInfo.InvariantCulture, $"in body should be less than or equal to {range.Maximum}"));
            }
        }

        if (field.Items is { } items && value is JsonArray list)
        {
            if (list.Count < items.Minimum)
            {
                Add(path, string.Create(CultureInfo.InvariantCulture, $"in body should have at least {items.Minimum} items"));
            }
            else if (list.Count > items.Maximum)
            {
                Add(path, string.Create(CultureInfo.InvariantCulture, $"in body should have at most {items.Maximum} items"));
            }
        }

        if (field.Text is { } limits && value is JsonValue text && text.TryGetValue<string>(out var characters))
        {
            CheckText(characters, limits, field, path);
        }
    }

    private void CheckText(string text, TextAttribute limits, SchemaField field, string path)
    {
        if (text.Length < limits.Minimum)
        {
            Add(path, string.Create(CultureInfo.InvariantCulture, $"in body should be at least {limits.Minimum} chars long"));
        }

        if (text.Length > limits.Maximum)
        {
            Add(path, string.Create(CultureInfo.InvariantCulture, $"in body should be at most {limits.Maximum} chars long"));
        }
        else if (field.Pattern is not null && !field.Pattern.IsMatch(text))
        {
            Add(path, $"in body should match '{limits.Pattern}'");
        }
    }

    private void CheckValues(JsonNode? value, SchemaNode schema, IReadOnlyList<string> allowed, string path)
    {
        if (value is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                CheckValues(items[i], schema.Item!, allowed, $"{path}[{i}]");
            }

            return;
        }

        if (value is JsonValue && Fits(value, schema.Kind) && !allowed.Contains(ScalarText(value)))
        {
            Add(path, $"in body should be one of [{string.Join(' ', allowed)}]");
        }
    }

    private void Add(string path, string message)
    {
        // Faults of the resource's own fields have no path of their own: the name is part of the message.
        if (path.Contains('.', StringComparison.Ordinal) || path.Contains('[', StringComparison.Ordinal))
        {
            violations.Add(path, message);
        }
        else
        {
            violations.Add("", message == "in body is required" ? $".{path} {message}" : $"{path} {message}");
        }
    }

    private static string ScalarText(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    private static JsonValue FallbackNode(object fallback) => fallback switch
    {
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        long number => JsonValue.Create(number),
        _ => throw new InvalidOperationException($"unsupported fallback {fallback.GetType()}"),
    };

    internal static bool Fits(JsonNode? value, SchemaKind kind) => kind switch
    {
        SchemaKind.Any => true,
        SchemaKind.Text => value?.GetValueKind() == JsonValueKind.String,
        SchemaKind.Boolean => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        SchemaKind.Integer => value is JsonValue number && IsWhole(number),
        SchemaKind.Number => value?.GetValueKind() == JsonValueKind.Number,
        SchemaKind.IntOrString => value?.GetValueKind() == JsonValueKind.String || (value is JsonValue number && IsWhole(number)),
        SchemaKind.List => value is JsonArray,
        _ => value is JsonObject,
    };

    private static bool IsWhole(JsonValue value) =>
        value.GetValueKind() == JsonValueKind.Number &&
        (value.TryGetValue<long>(out _) || (value.TryGetValue<decimal>(out var number) && decimal.Truncate(number) == number));

    internal static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}
