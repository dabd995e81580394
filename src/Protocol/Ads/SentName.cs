using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>One name of a response: the version that was sent, or none when it was removed.</summary>
internal readonly record struct SentName(Symbol Name, VersionId Version);
