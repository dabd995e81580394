using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Input;

/// <summary>One resource as it was written.</summary>
/// <param name="Source">Where it stands, for messages.</param>
/// <param name="Body">Its fields.</param>
internal sealed record InputDocument(string Source, JsonObject Body)
{
    /// <summary>A field that is text, or an empty string.</summary>
    public string Text(string field) =>
        Body[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
