using System.Text.Json.Nodes;
using Mesh.Model.Text;
using Stubble.Core.Builders;
using Stubble.Core.Exceptions;

namespace Mesh.Sidecar.Dataplanes;

/// <summary>The Dataplane that a proxy brings along: its text with variables filled in, and whose it is.</summary>
/// <param name="Text">YAML or JSON.</param>
/// <param name="Mesh">Mesh that it names; <c>default</c> where it names none.</param>
/// <param name="Name">Its name.</param>
internal sealed record DataplaneDocument(string Text, string Mesh, string Name)
{
    private const int MaxLength = 1024 * 1024;

    /// <summary>Fills in the variables and reads the document.</summary>
    /// <exception cref="SidecarException">It is no Dataplane.</exception>
    public static DataplaneDocument Parse(string template, IReadOnlyDictionary<string, string> variables)
    {
        if (template.Length > MaxLength)
        {
            throw Bad($"is longer than {MaxLength} characters");
        }

        var text = Render(template, variables);
        var root = Load(text);
        var kind = Scalar(root, "type");
        if (kind != "Dataplane")
        {
            throw Bad(kind.Length == 0 ? "has no \"type: Dataplane\"" : $"has type \"{kind}\", not \"Dataplane\"");
        }

        var name = Scalar(root, "name");
        if (name.Length == 0)
        {
            throw Bad("has no name");
        }

        var mesh = Scalar(root, "mesh");
        return new DataplaneDocument(text, mesh.Length == 0 ? "default" : mesh, name);
    }

    private static string Render(string template, IReadOnlyDictionary<string, string> variables)
    {
        // Names like "kuma.io/zone" are not paths into nested values: they are looked up whole, then part by part.
        var renderer = new StubbleBuilder().Configure(settings => settings
            .SetIgnoreCaseOnKeyLookup(false)
            .SetEncodingFunction(value => value)).Build();
        try
        {
            return renderer.Render(template, Nest(variables));
        }
        catch (StubbleException e)
        {
            throw Bad($"has a template that cannot be read: {e.Message}", e);
        }
    }

    private static Dictionary<string, object> Nest(IReadOnlyDictionary<string, string> variables)
    {
        var root = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            var parts = name.Split('.');
            var place = root;
            foreach (var part in parts[..^1])
            {
                if (!place.TryGetValue(part, out var next) || next is not Dictionary<string, object> nested)
                {
                    place[part] = nested = new Dictionary<string, object>(StringComparer.Ordinal);
                }

                place = nested;
            }

            place[parts[^1]] = value;
        }

        return root;
    }

    private static JsonObject Load(string text)
    {
        try
        {
            return YamlTree.ReadAll(text) switch
            {
                [JsonObject root] => root,
                [] => throw Bad("is empty"),
                [_] => throw Bad("is no mapping"),
                _ => throw Bad("has more than one document"),
            };
        }
        catch (YamlFormatException e)
        {
            throw Bad($"is no YAML: {e.Message}", e);
        }
    }

    private static string Scalar(JsonObject root, string key) => root[key] is JsonValue value ? value.ToString() : "";

    private static SidecarException Bad(string what, Exception? inner = null) =>
        new(SidecarException.BadInput, $"the Dataplane resource {what}", inner);
}
