using System.Collections.Frozen;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Identity;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Lifecycle;

/// <summary>Writes what was seen of a proxy into its DataplaneInsight (contract §1.2), when it differs from what is there.</summary>
internal sealed class InsightWriter(IResourceStore store, ZoneControlOptions options, Func<ProxyKey, CertificateFacts?> certificates)
{
    private const int Attempts = 20;

    /// <summary>Writes the sessions of a proxy. Without its Dataplane there is nothing to say.</summary>
    public async ValueTask WriteAsync(ProxyKey proxy, IReadOnlyList<ProxySession> sessions, CancellationToken cancellationToken)
    {
        var dataplane = await store.GetAsync(new ResourceKey(DataplaneKind.Name, proxy.Mesh, proxy.Name), cancellationToken).ConfigureAwait(false);
        if (dataplane is null)
        {
            return;
        }

        var tls = await CertificateAsync(proxy, dataplane, sessions, cancellationToken).ConfigureAwait(false);
        await ChangeAsync(proxy, dataplane, before => Merge(before, sessions, tls), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the open subscriptions of a proxy that is connected no more, nor was to this process.</summary>
    public async ValueTask CloseAsync(ProxyKey proxy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(new ResourceKey(DataplaneKind.Name, proxy.Mesh, proxy.Name), cancellationToken).ConfigureAwait(false) is { } dataplane)
        {
            await ChangeAsync(
                proxy,
                dataplane,
                before => before is null ? new DataplaneInsightSpec() : before with { Subscriptions = [.. (before.Subscriptions ?? []).Select(known => Close(known, now))] },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static DiscoverySubscription Close(DiscoverySubscription subscription, DateTimeOffset at) =>
        subscription.DisconnectTime is null ? subscription with { DisconnectTime = at } : subscription;

    private async ValueTask ChangeAsync(
        ProxyKey proxy, Resource dataplane, Func<DataplaneInsightSpec?, DataplaneInsightSpec> change, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(DataplaneInsightKind.Name, proxy.Mesh, proxy.Name);
        for (var attempt = 1; ; attempt++)
        {
            var known = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
            var spec = change((DataplaneInsightSpec?)known?.Spec);
            try
            {
                if (known is null)
                {
                    await store.CreateAsync(New(key, dataplane, spec), cancellationToken).ConfigureAwait(false);
                }
                else if (!ModelEquality.Same(known.Spec, spec))
                {
                    await store.UpdateAsync(known with { Spec = spec }, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (ResourceOwnerMissingException)
            {
                return;
            }
            catch (StoreException race) when (
                race is ResourceExistsException or ResourceConflictException or ResourceNotFoundException && attempt < Attempts)
            {
                // Read again.
            }
        }
    }

    private static Resource New(ResourceKey key, Resource dataplane, DataplaneInsightSpec spec) => new()
    {
        Descriptor = DataplaneInsightKind.Resource,
        Mesh = key.Mesh,
        Name = key.Name,
        Labels = FrozenDictionary<string, string>.Empty,
        Spec = spec,
        Owner = dataplane.Key,
    };

    /// <summary>Ours as they are now, others before them; an open one that is not ours belonged to a process that is no more.</summary>
    private DataplaneInsightSpec Merge(DataplaneInsightSpec? before, IReadOnlyList<ProxySession> sessions, DataplaneInsightTls? tls)
    {
        var ours = sessions.Select(session => session.ToSubscription()).ToList();
        var ids = ours.Select(subscription => subscription.Id).ToHashSet(StringComparer.Ordinal);
        var first = ours.Count > 0 ? ours.Min(subscription => subscription.ConnectTime) : null;
        var others = (before?.Subscriptions ?? [])
            .Where(known => known.Id is not null && !ids.Contains(known.Id))
            .Select(known => first is { } time && known.DisconnectTime is null ? Close(known, time) : known);
        var all = others.Concat(ours).OrderBy(subscription => subscription.ConnectTime).ToList();
        var dropped = all.Count - Math.Max(1, options.SubscriptionLimit);
        var kept = all.Where((subscription, index) => index >= dropped || subscription.DisconnectTime is null).ToList();
        return (before ?? new DataplaneInsightSpec()) with
        {
            Subscriptions = kept,
            Mtls = tls,
            Metadata = sessions is [.., var newest] ? newest.Metadata : before?.Metadata,
        };
    }

    private async ValueTask<DataplaneInsightTls?> CertificateAsync(
        ProxyKey proxy, Resource dataplane, IReadOnlyList<ProxySession> sessions, CancellationToken cancellationToken)
    {
        var facts = certificates(proxy);
        var issuer = facts?.Issuer ?? await OtherIssuerAsync(dataplane, sessions, cancellationToken).ConfigureAwait(false);
        if (issuer is null)
        {
            return null;
        }

        var trusts = await store.ListAsync(new ResourceQuery { Kind = MeshTrustKind.Name, Mesh = proxy.Mesh }, cancellationToken).ConfigureAwait(false);
        return new DataplaneInsightTls
        {
            IssuedBackend = issuer,
            CertificateExpirationTime = facts?.ExpiresAt,
            LastCertificateRegeneration = facts?.IssuedAt,
            CertificateRegenerations = facts?.Count ?? 0,
            SupportedBackends = [.. trusts.Items.Select(trust => trust.GetKri().ToString())],
        };
    }

    /// <summary>A SPIRE agent beside the proxy issues: of its certificates nothing more is known here.</summary>
    private async ValueTask<string?> OtherIssuerAsync(Resource dataplane, IReadOnlyList<ProxySession> sessions, CancellationToken cancellationToken)
    {
        if (!sessions.Any(HasAgent))
        {
            return null;
        }

        var identities = await store.ListAsync(new ResourceQuery { Kind = MeshIdentityKind.Name, Mesh = dataplane.Mesh }, cancellationToken).ConfigureAwait(false);
        return IdentitySelection.Select(dataplane.Labels, identities.Items) is { } identity
            && identity.SpecAs<MeshIdentitySpec>().Provider?.Type == IdentityProvider.Spire && IdentitySelection.IsReady(identity)
                ? identity.GetKri().ToString()
                : null;
    }

    private static bool HasAgent(ProxySession session) =>
        session.Metadata is { } metadata && metadata.TryGetProperty("spireAgent.socketPath", out var socket)
        && socket.ValueKind == System.Text.Json.JsonValueKind.String && socket.GetString()!.Length > 0;
}
