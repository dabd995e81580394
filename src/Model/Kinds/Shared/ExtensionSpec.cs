using System.Text.Json;
using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>Configuration that a plug-in understands.</summary>
public sealed record ExtensionSpec
{
    /// <summary>Type of the plug-in.</summary>
    [Mandatory]
    public string? Type { get; init; }

    /// <summary>Any JSON.</summary>
    public JsonElement? Config { get; init; }
}
