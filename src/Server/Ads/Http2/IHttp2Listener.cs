namespace Mesh.Server.Ads.Http2;

/// <summary>Whose connections they are. Called from any thread, behind the lock of the connection's output.</summary>
internal interface IHttp2Listener
{
    /// <summary>The connection is over.</summary>
    void Ended(Http2Connection connection);

    /// <summary>Something has begun that is counted in seconds: <see cref="Http2Connection.Check"/> is to be called in the next one.</summary>
    void LookSoon(Http2Connection connection);
}
