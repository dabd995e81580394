using System.Text.Json;
using Mesh.Model.Text;

namespace Mesh.Sync.Wire;

/// <summary>JSON of specs and statuses as it travels: the model's, with maps in order.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(ModelJson.Options);
        options.Converters.Add(new SortedMapConverter());
        options.MakeReadOnly();
        return options;
    }
}
