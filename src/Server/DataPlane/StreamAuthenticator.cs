using Mesh.Identity.Tokens;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.DataPlane;

/// <summary>Who may open discovery streams: bearers of dataplane tokens, or everyone where authentication is off.</summary>
/// <param name="tokens">Checks tokens; null: authentication is off.</param>
/// <param name="store">Where a Dataplane's labels are looked up.</param>
/// <param name="registration">Reads the Dataplane that a proxy brings along.</param>
internal sealed class StreamAuthenticator(DataplaneTokens? tokens, IResourceStore store, DataplaneRegistration registration) : IStreamAuthenticator
{
    public async ValueTask<IStreamIdentity> AuthenticateAsync(StreamCredentials credentials, CancellationToken cancellationToken)
    {
        if (tokens is null)
        {
            return new Anyone();
        }

        if (string.IsNullOrEmpty(credentials.Token))
        {
            throw new AdsProtocolException(GrpcStatusCode.Unauthenticated, "authentication failed: a dataplane token is required");
        }

        try
        {
            return new Bearer(await tokens.ReadAsync(credentials.Token, cancellationToken), tokens, store, registration);
        }
        catch (TokenException e)
        {
            throw new AdsProtocolException(GrpcStatusCode.Unauthenticated, "authentication failed: " + e.Message);
        }
    }

    private sealed class Anyone : IStreamIdentity
    {
        public DateTimeOffset? ExpiresAt => null;

        public ValueTask AuthorizeAsync(ClientNode node, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Bearer(DataplaneToken claims, DataplaneTokens tokens, IResourceStore store, DataplaneRegistration registration) : IStreamIdentity
    {
        public DateTimeOffset? ExpiresAt => claims.Expires;

        public async ValueTask AuthorizeAsync(ClientNode node, CancellationToken cancellationToken)
        {
            var proxy = NodeReader.KeyOf(node);
            var brought = NodeReader.MetadataOf(node).DataplaneResource;
            // What is brought is judged as it will be stored: by the labels that it has then it is given a certificate.
            var dataplane = brought.Length > 0
                ? registration.Read(proxy, brought)
                : await store.GetAsync(new ResourceKey(DataplaneKind.Name, proxy.Mesh, proxy.Name), cancellationToken);
            var labels = dataplane?.Labels ?? ResourceLabels.None;
            if (await tokens.RefuseAsync(claims, proxy.Mesh, proxy.Name, labels, cancellationToken) is { } reason)
            {
                throw new AdsProtocolException(GrpcStatusCode.Unauthenticated, "authentication failed: " + reason);
            }
        }
    }
}
