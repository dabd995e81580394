namespace Mesh.Protocol.Ads;

/// <summary>
/// Who hosts a session is told here what the client said. Called while the session works, on its thread: be quick, do not
/// call back into the session, do not throw.
/// </summary>
public interface IAdsStreamOwner
{
    /// <summary>The client sent another node with the same id: metadata or dynamic parameters changed.</summary>
    void NodeChanged(ClientNode node);

    /// <summary>The client accepted a response.</summary>
    void Accepted(XdsType type, int resources);

    /// <summary>The client rejected a response. What it names is not sent again until its content changes.</summary>
    void Rejected(XdsRejection rejection);

    /// <summary>
    /// After a reconnect: whether the version that the client holds of a resource serves as well as the current one (the
    /// same issuer's certificate that is still good). Then it is not sent until the current one changes.
    /// </summary>
    bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion);

    /// <summary>Everything of a guarded type would be removed although nothing says that this is meant: it is held back.</summary>
    void EmptyingHeldBack(XdsType type);

    /// <summary>A resource is larger than this client can receive: it is left out.</summary>
    void ResourceTooLarge(XdsType type, string name, int bytes);
}
