using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Conformance.Rest;

/// <summary>Bodies of answers: JSON where they are, else text.</summary>
internal static class RestAnswer
{
    public static JsonNode? Parse(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text.TrimEnd('\n'));
        }
    }
}
