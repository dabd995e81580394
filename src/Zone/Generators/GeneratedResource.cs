using Google.Protobuf;

namespace Mesh.Zone.Generators;

/// <summary>One Envoy resource of a compiled plan.</summary>
/// <param name="TypeUrl">Its type.</param>
/// <param name="Name">Its name.</param>
/// <param name="Message">The message.</param>
internal readonly record struct GeneratedResource(string TypeUrl, string Name, IMessage Message);
