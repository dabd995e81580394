using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Streams;

namespace Mesh.Load.Serving;

/// <summary>Lets every proxy in and serves each the snapshots of its node id.</summary>
/// <param name="rejected">Is told of a proxy and what it rejected; null: nobody is.</param>
/// <param name="accepted">Is told that a response was accepted; null: nobody is.</param>
internal sealed class OpenDoor(Action<string, XdsRejection>? rejected = null, Action? accepted = null) : IStreamAuthenticator, IStreamIdentity, IProxyRegistry, IHealthCheckSource
{
    public DateTimeOffset? ExpiresAt => null;

    public ValueTask<IStreamIdentity> AuthenticateAsync(StreamCredentials credentials, CancellationToken cancellationToken) => new(this);

    public ValueTask AuthorizeAsync(ClientNode node, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IProxyConnection> ConnectAsync(ProxyStream stream, CancellationToken cancellationToken) => new(new Connection(stream.Node.Id, rejected, accepted));

    public ValueTask<IHealthCheckStream> ConnectAsync(ClientNode node, IStreamIdentity identity, CancellationToken cancellationToken) =>
        throw new AdsProtocolException(GrpcStatusCode.Unimplemented, "nothing is checked here");

    private sealed class Connection(string proxyId, Action<string, XdsRejection>? rejected, Action? accepted) : IProxyConnection
    {
        public string ProxyId => proxyId;

        public void NodeChanged(ClientNode node)
        {
        }

        public void Accepted(XdsType type, int resources) => accepted?.Invoke();

        public void Rejected(XdsRejection rejection) => rejected?.Invoke(proxyId, rejection);

        public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

        public void EmptyingHeldBack(XdsType type)
        {
        }

        public void ResourceTooLarge(XdsType type, string name, int bytes)
        {
        }

        public void Ended(StreamEnd reason)
        {
        }
    }
}
