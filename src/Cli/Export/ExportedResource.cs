using System.Text.Json.Nodes;
using Mesh.Model.Resources;

namespace Mesh.Cli.Export;

/// <summary>One resource of an export.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Body">Its fields, in the universal form.</param>
internal sealed record ExportedResource(ResourceDescriptor Kind, JsonObject Body)
{
    /// <summary>Its name.</summary>
    public string Name => (string?)Body["name"] ?? "";

    /// <summary>Its mesh; empty for global kinds.</summary>
    public string Mesh => (string?)Body["mesh"] ?? "";
}
