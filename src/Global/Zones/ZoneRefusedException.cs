namespace Mesh.Global.Zones;

/// <summary>A zone that may not connect now, although it showed that it may be this zone. The message is for its operator.</summary>
public sealed class ZoneRefusedException(string message) : Exception(message);
