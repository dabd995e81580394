using Mesh.Server.Ads.Http2;

namespace Mesh.Server.Ads.Sockets;

/// <summary>A connection whose client is known as far as its first bytes tell.</summary>
/// <param name="Wire">Its bytes.</param>
/// <param name="Client">Who is at the other end.</param>
/// <param name="Hello">What was read of it; to be released by whoever serves it.</param>
internal sealed record Greeted(Wire Wire, ClientLink Client, Hello Hello);
