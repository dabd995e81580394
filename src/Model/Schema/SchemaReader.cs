using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Mesh.Model.Values;

namespace Mesh.Model.Schema;

/// <summary>Reads schemas from types, once each.</summary>
internal static class SchemaReader
{
    private static readonly ConcurrentDictionary<Type, SchemaNode> _nodes = new();

    /// <summary>The schema of a type.</summary>
    public static SchemaNode Of(Type type)
    {
        if (_nodes.TryGetValue(type, out var known))
        {
            return known;
        }

        var node = Read(Nullable.GetUnderlyingType(type) ?? type);
        return _nodes.GetOrAdd(type, node);
    }

    private static SchemaNode Read(Type type)
    {
        var simple = SimpleKind(type);
        if (simple is not null)
        {
            return new SchemaNode { Kind = simple.Value };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return new SchemaNode { Kind = SchemaKind.List, Item = Of(type.GetGenericArguments()[0]) };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return new SchemaNode { Kind = SchemaKind.Map, Item = Of(type.GetGenericArguments()[1]) };
        }

        return new SchemaNode
        {
            Kind = SchemaKind.Object,
            Fields = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is null && p.CanWrite)
                .Select(ReadField)
                .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal),
        };
    }

    private static SchemaKind? SimpleKind(Type type) =>
        type == typeof(string) || type == typeof(GoDuration) || type == typeof(DateTimeOffset) || type == typeof(byte[]) ? SchemaKind.Text
        : type == typeof(bool) ? SchemaKind.Boolean
        : type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong) ? SchemaKind.Integer
        : type == typeof(double) || type == typeof(decimal) ? SchemaKind.Number
        : type == typeof(IntOrString) ? SchemaKind.IntOrString
        : type == typeof(JsonElement) ? SchemaKind.Any
        : null;

    private static SchemaField ReadField(PropertyInfo property)
    {
        var text = property.GetCustomAttribute<TextAttribute>();
        return new SchemaField
        {
            Name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            Node = Of(property.PropertyType),
            IsMandatory = property.IsDefined(typeof(MandatoryAttribute)),
            Fallback = property.GetCustomAttribute<FallbackAttribute>()?.Value,
            Values = property.GetCustomAttribute<ValuesAttribute>()?.Values,
            Kinds = property.GetCustomAttribute<KindsAttribute>()?.Kinds,
            Range = property.GetCustomAttribute<RangeOfAttribute>(),
            Items = property.GetCustomAttribute<ItemsAttribute>(),
            Text = text,
            Pattern = text?.Pattern is { } pattern
                ? new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
                : null,
            Enumeration = property.GetCustomAttribute<ProtoEnumAttribute>(),
        };
    }
}
