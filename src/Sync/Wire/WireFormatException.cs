namespace Mesh.Sync.Wire;

/// <summary>A value does not fit the wire form. Stays inside this folder: callers get a <see cref="SyncFault"/>.</summary>
internal sealed class WireFormatException(string path, string message) : Exception(message)
{
    /// <summary>Where the value is, from the spec on.</summary>
    public string Path { get; } = path;
}
