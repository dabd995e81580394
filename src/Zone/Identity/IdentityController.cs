using System.Text.Json;
using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Insights;

namespace Mesh.Zone.Identity;

/// <summary>
/// Makes MeshIdentities work: reads their templates, sets up their authorities, makes peers trust them, and says in the
/// status how that went. An authority that takes the place of another one issues nothing before peers, in other zones too,
/// have had time to hear of it; nor does one that follows another whose key was lost, as long as proxies can do with what they have. An item is a MeshIdentity.
/// </summary>
internal sealed class IdentityController(
    IResourceStore store, Authorities generated, TimeProvider clock, ZoneControlOptions options, AuthorityTable authorities) : IController
{
    private readonly IdentityTrust _trust = new(store);

    /// <inheritdoc/>
    public string Name => "mesh-identity";

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        switch (change.Kind)
        {
            case MeshIdentityKind.Name:
            case MeshTrustKind.Name:
                dirty.Add(new WorkItem(this, change.Mesh, change.Name));
                break;
            case SecretKind.Name when view.TryGetMesh(change.Mesh, out var mesh):
                var secret = change.Name;
                foreach (var identity in mesh.Of(MeshIdentityKind.Name).Values.Where(identity => Uses(identity, secret)))
                {
                    dirty.Add(new WorkItem(this, change.Mesh, identity.Name));
                }

                break;
            case DataplaneInsightKind.Name when view.TryGetMesh(change.Mesh, out var mesh):
                foreach (var identity in mesh.Of(MeshIdentityKind.Name).Values.Where(IsOfSpire))
                {
                    dirty.Add(new WorkItem(this, change.Mesh, identity.Name));
                }

                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(MeshIdentityKind.Name, item.Mesh, item.Name);
        if (view.Find(key) is not { } identity)
        {
            authorities.Remove(key);
            return null;
        }

        var (conditions, again) = await SetUpAsync(identity, view, cancellationToken).ConfigureAwait(false);
        var status = new ConditionsStatus { Conditions = conditions };
        if (!ModelEquality.Same(identity.Status, status))
        {
            await store.UpdateAsync(identity with { Status = status }, cancellationToken).ConfigureAwait(false);
        }

        return again;
    }

    private static bool Uses(Resource identity, string secret)
    {
        var ca = identity.SpecAs<MeshIdentitySpec>().Provider?.BundledProvider?.Ca;
        return secret == SecretNames.RootCa(identity.Name) || secret == SecretNames.PrivateKey(identity.Name)
            || DataSources.Reads(ca?.Certificate, secret) || DataSources.Reads(ca?.PrivateKey, secret);
    }

    private static bool IsOfSpire(Resource identity) => identity.SpecAs<MeshIdentitySpec>().Provider?.Type == IdentityProvider.Spire;

    private async ValueTask<(IReadOnlyList<Condition> Conditions, DateTimeOffset? Again)> SetUpAsync(Resource identity, ControlView view, CancellationToken cancellationToken)
    {
        if (!IdentitySelection.TryReadTemplates(identity, options.Environment, out var templates, out var error)
            || !templates.TryRenderTrustDomain(identity.Mesh, options.Zone, out var trustDomain, out error))
        {
            authorities.Fail(identity.Key, error);
            return ([IdentityConditions.WrongTemplate(error), IdentityConditions.NotReady("the SPIFFE id cannot be made")], null);
        }

        var provider = identity.SpecAs<MeshIdentitySpec>().Provider;
        switch (provider?.Type)
        {
            case IdentityProvider.Bundled:
                return await SetUpBundledAsync(identity, provider.BundledProvider, trustDomain, view, cancellationToken).ConfigureAwait(false);
            case IdentityProvider.Spire:
                authorities.Fail(identity.Key, "certificates come from a SPIRE agent beside the proxy");
                var missing = ProxiesWithoutAgent(identity, view);
                return (missing == 0
                    ? [IdentityConditions.Provider, IdentityConditions.Ready]
                    : [IdentityConditions.Provider, IdentityConditions.DependenciesMissing($"{missing} connected proxies have no SPIRE agent socket: their calls fail"), IdentityConditions.Ready], null);
            default:
                var reason = provider?.Type == IdentityProvider.Extension
                    ? $"there is no extension {provider.ExtensionProvider?.Name}"
                    : "no provider is given";
                authorities.Fail(identity.Key, reason);
                return ([IdentityConditions.ProviderFailed(reason), IdentityConditions.NotReady(reason)], null);
        }
    }

    private async ValueTask<(IReadOnlyList<Condition> Conditions, DateTimeOffset? Again)> SetUpBundledAsync(
        Resource identity, BundledProvider? bundled, string trustDomain, ControlView view, CancellationToken cancellationToken)
    {
        CertificateAuthority authority;
        try
        {
            authority = bundled?.Ca is { } given && bundled.Autogenerate?.Enabled != true
                ? await LoadAsync(given, identity.Mesh, view, cancellationToken).ConfigureAwait(false)
                : await generated.EnsureForIdentityAsync(identity.Key, trustDomain, cancellationToken).ConfigureAwait(false);
        }
        catch (CertificateException fault)
        {
            if (authorities.Find(identity.Key)?.Authority is null)
            {
                authorities.Fail(identity.Key, fault.Message);
            }

            // Else the one before goes on: certificate and key of a new one come one after the other.
            return ([IdentityConditions.ProviderFailed(fault.Message), IdentityConditions.NotReady("the provider does not work")], null);
        }

        var createsTrust = bundled?.MeshTrustCreation != "Disabled";
        var usableFrom = DateTimeOffset.MinValue;
        var isBesideOthers = false;
        try
        {
            if (createsTrust)
            {
                // Before the first certificate: peers must trust it when it comes.
                (var standsSince, isBesideOthers) = await _trust.EnsureAsync(identity, trustDomain, authority.CertificatePem, view, cancellationToken).ConfigureAwait(false);
                usableFrom = standsSince + options.TrustPropagation;
            }
        }
        catch
        {
            authority.Dispose();
            throw;
        }

        IReadOnlyList<Condition> conditions =
            [IdentityConditions.Provider, createsTrust ? IdentityConditions.TrustCreated : IdentityConditions.TrustDisabled, IdentityConditions.Ready];
        var now = clock.GetUtcNow();
        var before = authorities.Find(identity.Key);
        if (now < usableFrom && before?.Authority is { } inUse && inUse.Id != authority.Id)
        {
            authority.Dispose();
            return (conditions, usableFrom);
        }

        var hold = before?.Authority is not null ? before.Hold
            : isBesideOthers && HasCertificates(identity.Mesh, view) ? new AuthorityHold(now, HeldUntil(identity, usableFrom))
            : null;
        hold = hold?.Until > now ? hold : null;
        authorities.Set(identity.Key, authority, hold);
        return (conditions, hold?.Until);
    }

    /// <summary>An authority that is given to nobody at first must not cost those who wait the certificates that they have.</summary>
    private DateTimeOffset HeldUntil(Resource identity, DateTimeOffset usableFrom)
    {
        var reserve = WorkloadSecrets.ValidityOf(identity) * LeafSlot.Reserve;
        return reserve < options.TrustPropagation ? usableFrom - options.TrustPropagation + reserve : usableFrom;
    }

    private static bool HasCertificates(string mesh, ControlView view) =>
        view.TryGetMesh(mesh, out var facts) && facts.Of(DataplaneInsightKind.Name).Values.Any(insight => ProxyStates.HasCertificate(insight.SpecAs<DataplaneInsightSpec>()));

    private static async ValueTask<CertificateAuthority> LoadAsync(BundledCa given, string mesh, ControlView view, CancellationToken cancellationToken)
    {
        var certificate = await DataSources.ReadAsync(given.Certificate, mesh, view, cancellationToken).ConfigureAwait(false);
        var key = await DataSources.ReadAsync(given.PrivateKey, mesh, view, cancellationToken).ConfigureAwait(false);
        return CertificateAuthority.Load(certificate, key);
    }

    private static int ProxiesWithoutAgent(Resource identity, ControlView view)
    {
        if (!view.TryGetMesh(identity.Mesh, out var mesh))
        {
            return 0;
        }

        var identities = mesh.Of(MeshIdentityKind.Name).Values.ToList();
        return mesh.Of(DataplaneKind.Name).Values.Count(dataplane =>
            mesh.Find(DataplaneInsightKind.Name, dataplane.Name)?.Spec is DataplaneInsightSpec insight
            && ProxyStates.IsConnected(insight) && !HasAgent(insight)
            && ReferenceEquals(IdentitySelection.Select(dataplane.Labels, identities), identity));
    }

    private static bool HasAgent(DataplaneInsightSpec insight) =>
        insight.Metadata is { ValueKind: JsonValueKind.Object } metadata
        && metadata.TryGetProperty("spireAgent.socketPath", out var socket) && socket.ValueKind == JsonValueKind.String && socket.GetString()!.Length > 0;
}
