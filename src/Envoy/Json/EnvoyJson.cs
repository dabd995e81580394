using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Mesh.Envoy.Json;

/// <summary>
/// Envoy messages as protobuf JSON. <c>Any</c> values are resolved with <see cref="EnvoyTypes.Registry"/>; fields that hold
/// their default are left out.
/// </summary>
public static class EnvoyJson
{
    private static readonly JsonFormatter _camelCase =
        new(JsonFormatter.Settings.Default.WithTypeRegistry(EnvoyTypes.Registry));

    private static readonly JsonFormatter _protoNames =
        new(JsonFormatter.Settings.Default.WithTypeRegistry(EnvoyTypes.Registry).WithPreserveProtoFieldNames(true));

    // Deeply nested filters (matcher trees of many policies) stay far below this; a hostile document does not.
    private static readonly JsonParser _strict = new(new JsonParser.Settings(200, EnvoyTypes.Registry));

    private static readonly JsonParser _lenient = new(new JsonParser.Settings(200, EnvoyTypes.Registry).WithIgnoreUnknownFields(true));

    /// <summary>JSON text of a message with lowerCamelCase names (as the control plane prints).</summary>
    /// <exception cref="InvalidOperationException">An <c>Any</c> holds a type that is not transcribed.</exception>
    public static string Format(IMessage message) => _camelCase.Format(message);

    /// <summary>JSON text of a message with the proto field names (as Envoy's admin endpoint prints).</summary>
    /// <exception cref="InvalidOperationException">An <c>Any</c> holds a type that is not transcribed.</exception>
    public static string FormatWithProtoNames(IMessage message) => _protoNames.Format(message);

    /// <summary>A message as a JSON tree with lowerCamelCase names.</summary>
    /// <exception cref="InvalidOperationException">An <c>Any</c> holds a type that is not transcribed.</exception>
    public static JsonObject ToNode(IMessage message) => JsonNode.Parse(Format(message))!.AsObject();

    /// <summary>Reads a message from protobuf JSON; accepts both forms of field names.</summary>
    /// <param name="ignoreUnknownFields">Whether a field that the message does not have is skipped instead of refused.</param>
    /// <exception cref="InvalidProtocolBufferException">The JSON does not fit the message.</exception>
    /// <exception cref="InvalidJsonException">The text is not JSON.</exception>
    public static T Parse<T>(string json, bool ignoreUnknownFields = false)
        where T : IMessage, new() => (ignoreUnknownFields ? _lenient : _strict).Parse<T>(json);

    /// <inheritdoc cref="Parse{T}(string, bool)"/>
    public static T Parse<T>(JsonNode json, bool ignoreUnknownFields = false)
        where T : IMessage, new() => Parse<T>(json.ToJsonString(), ignoreUnknownFields);
}
