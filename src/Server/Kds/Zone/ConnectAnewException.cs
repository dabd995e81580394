namespace Mesh.Server.Kds.Zone;

/// <summary>The zone itself ends its connection to Global in order to open another. The message says why.</summary>
internal sealed class ConnectAnewException(string message) : Exception(message);
