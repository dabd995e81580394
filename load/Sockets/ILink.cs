namespace Mesh.Load.Sockets;

/// <summary>One connection as bytes, plain or TLS. Only its reactor's thread touches it.</summary>
internal interface ILink
{
    /// <summary>Sends all of it, now or when the peer takes it.</summary>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Stops or goes on reading; meanwhile the kernel's buffers fill.</summary>
    void SetReading(bool reads);

    /// <summary>Ends the connection. Its handler is not told.</summary>
    void Close();
}
