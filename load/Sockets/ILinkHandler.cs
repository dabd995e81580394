namespace Mesh.Load.Sockets;

/// <summary>Takes what comes on a connection, on its reactor's thread.</summary>
internal interface ILinkHandler
{
    /// <summary>The connection can be used; called once, first.</summary>
    void Opened(ILink link);

    /// <summary>Bytes came. They are valid during the call.</summary>
    void Received(ReadOnlySpan<byte> bytes);

    /// <summary>The peer ended the connection, or it broke; called at most once, last.</summary>
    void Closed(string reason);
}
