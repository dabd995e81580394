namespace Mesh.Server.Kds.Global;

/// <summary>The type under which gRPC hosts the methods of zones; they are in <see cref="ZoneCalls"/>.</summary>
internal sealed class KdsEndpoint;
