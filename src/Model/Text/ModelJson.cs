using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mesh.Model.Schema;

namespace Mesh.Model.Text;

/// <summary>The one way in which specs, statuses and resources become JSON and come from it.</summary>
public static class ModelJson
{
    /// <summary>
    /// Names in camelCase, null left out, depth at most <see cref="MaxDepth"/>; types marked <see cref="OmitsDefaultsAttribute"/>
    /// leave out zeros, empty texts and empty lists too. Maps of texts are written in ordinal order of their keys.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    /// <summary>A spec or status as a JSON tree.</summary>
    public static JsonNode? ToNode(object? value) =>
        value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), Options);

    /// <summary>A spec or status from a JSON tree that has passed the schema.</summary>
    /// <exception cref="JsonException">A value does not fit its type.</exception>
    public static T? FromNode<T>(JsonNode? node) => node.Deserialize<T>(Options);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = MaxDepth,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OmitDefaults, ExactLists.Apply } },
        };
        options.Converters.Add(new GoTimeConverter());
        options.Converters.Add(new PooledTextConverter());
        options.Converters.Add(new LabelSetConverter());
        options.MakeReadOnly();
        return options;
    }

    private static string? FirstName(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(ProtoEnumAttribute), false) is [ProtoEnumAttribute names] ? names.Names[0] : null;

    private static void OmitDefaults(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || !type.Type.IsDefined(typeof(OmitsDefaultsAttribute), false))
        {
            return;
        }

        foreach (var property in type.Properties)
        {
            var zero = property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null
                ? Activator.CreateInstance(property.PropertyType)
                : null;
            var first = FirstName(property);
            property.ShouldSerialize = (_, value) => value switch
            {
                null => false,
                string text => text.Length > 0 && text != first,
                IEnumerable list => list.GetEnumerator().MoveNext(),
                _ => !value.Equals(zero),
            };
        }
    }
}
