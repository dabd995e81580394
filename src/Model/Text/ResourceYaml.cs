using Mesh.Model.Resources;

namespace Mesh.Model.Text;

/// <summary>Resources as YAML, in the universal form. JSON is YAML too.</summary>
public static class ResourceYaml
{
    /// <summary>Reads all resources of a text with any number of documents. Never throws for bad input.</summary>
    /// <returns>One result for each document; for a text that is no YAML one that says so.</returns>
    public static IReadOnlyList<ParsedResource> ParseAll(string text, ResourceCatalog catalog, bool keepStatus = false)
    {
        try
        {
            return [.. YamlTree.ReadAll(text).Select(tree => ResourceJson.Parse(tree, catalog, keepStatus))];
        }
        catch (YamlFormatException fault)
        {
            return [ParsedResource.Unreadable(fault.Message)];
        }
    }

    /// <summary>Writes a resource as one document.</summary>
    public static string Write(Resource resource) => YamlWriter.Write(ResourceJson.ToNode(resource));
}
