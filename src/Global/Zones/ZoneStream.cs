namespace Mesh.Global.Zones;

/// <summary>One stream's place in the connection of its zone. Dispose it when the stream ends.</summary>
public sealed class ZoneStream : IDisposable
{
    private readonly ZoneStreamKind _kind;
    private int _disposed;

    internal ZoneStream(ZoneConnection connection, ZoneStreamKind kind)
    {
        Connection = connection;
        _kind = kind;
    }

    /// <summary>The connection.</summary>
    public ZoneConnection Connection { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Connection.Close(_kind);
        }
    }
}
