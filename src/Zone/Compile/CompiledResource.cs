using Mesh.Engine;
using Mesh.Engine.Content;

namespace Mesh.Zone.Compile;

/// <summary>One resource of a compiled sub-plan, interned in the engine.</summary>
/// <param name="Type">Its type.</param>
/// <param name="TypeUrl">The type's URL.</param>
/// <param name="Name">Its name.</param>
/// <param name="Interned">Its bytes, versioned by their hash.</param>
internal sealed record CompiledResource(ResourceType Type, string TypeUrl, string Name, InternedResource Interned);
