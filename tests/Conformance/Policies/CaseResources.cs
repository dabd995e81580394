using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Conformance.Policies;

/// <summary>Resources of matching, merging and inspection cases: read as the control plane reads them, without validators.</summary>
internal static class CaseResources
{
    internal static IReadOnlyList<Resource> ReadAll(string path) => [.. Testing.YamlTree.ReadAll(path).OfType<JsonObject>().Select(Read)];

    internal static Resource Read(JsonObject document)
    {
        var parsed = ResourceJson.Parse(document.DeepClone(), MeshCatalog.Create(), keepStatus: true);
        return parsed.Resource
            ?? throw new InvalidDataException(parsed.Error ?? string.Join("; ", parsed.Violations.Select(fault => $"{fault.Field}: {fault.Message}")));
    }
}
