using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Identity.Certificates;
using Mesh.Identity.Spiffe;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Ingest;
using Mesh.Zone.Secrets;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Identity;

/// <summary>
/// Issues and keeps the certificates of proxies, in memory only, and says when one is to be replaced: at 80 % of its life,
/// or when its issuer or its name changed. Versions follow from stored facts (<see cref="LeafSlot"/>). A proxy for which
/// issuing fails pauses for itself alone, 5 s at first, 5 min at most.
/// </summary>
internal sealed class WorkloadSecrets : IWorkloadSecrets, IDisposable
{
    private readonly ConcurrentDictionary<ProxyKey, WorkloadSecret> _secrets = new();
    private readonly AuthorityTable _authorities;
    private readonly TimeProvider _clock;
    private readonly ZoneControlOptions _options;
    private readonly DueItems<ProxyKey> _due;
    private readonly FaultLedger<ProxyKey> _faults;

    /// <summary>No certificates yet.</summary>
    public WorkloadSecrets(AuthorityTable authorities, TimeProvider clock, ZoneControlOptions options, ILogger logger)
    {
        _authorities = authorities;
        _clock = clock;
        _options = options;
        _due = new DueItems<ProxyKey>(clock, proxy => Changed?.Invoke(proxy));
        _faults = new FaultLedger<ProxyKey>(logger, options.BaseBackoff, options.MaxBackoff);
        authorities.Changed += OnAuthorityChanged;
    }

    /// <inheritdoc/>
    public event Action<ProxyKey>? Changed;

    /// <summary>A proxy got a certificate or lost the one it had: what lists show of it differs.</summary>
    public event Action<ProxyKey>? FactsChanged;

    /// <summary>How many proxies cannot get a certificate at the moment.</summary>
    public int Failing => _faults.Count;

    /// <inheritdoc/>
    public WorkloadCertificate? Find(ProxyKey proxy, Resource identity, Resource dataplane)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(dataplane);
        var secret = _secrets.GetOrAdd(proxy, _ => new WorkloadSecret());
        lock (secret)
        {
            secret.Identity = identity.Key;
            var state = _authorities.Find(identity.Key);
            if (state is null)
            {
                return null;
            }

            if (state.Hold is { } hold && dataplane.CreationTime <= hold.Since && secret.Current is null)
            {
                return null;
            }

            var authority = state.Authority ?? throw new WorkloadSecretException($"MeshIdentity {identity.Name}: {state.Failure}");
            if (!IdentitySelection.TryRender(identity, dataplane, _options.Zone, _options.Environment, out var id, out var error))
            {
                throw new WorkloadSecretException($"MeshIdentity {identity.Name}: {error}");
            }

            var validity = ValidityOf(identity);
            var now = _clock.GetUtcNow();
            return secret.Current is { } current && current.IsFor(authority.Id, id, validity) && now < current.RotateAt
                ? current.Certificate
                : Issue(proxy, secret, authority, id, validity, AnchorOf(identity, dataplane, authority), identity, now);
        }
    }

    /// <inheritdoc/>
    public void Release(ProxyKey proxy)
    {
        if (_secrets.TryRemove(proxy, out var secret))
        {
            _due.Set(proxy, null);
            _faults.Succeed(proxy);
            if (secret.Facts is not null)
            {
                FactsChanged?.Invoke(proxy);
            }
        }
    }

    /// <summary>What is known of a proxy's certificate; null: it has none.</summary>
    public CertificateFacts? Describe(ProxyKey proxy) => _secrets.TryGetValue(proxy, out var secret) ? secret.Facts : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _authorities.Changed -= OnAuthorityChanged;
        _due.Dispose();
    }

    /// <summary>How long certificates of a MeshIdentity live.</summary>
    internal static TimeSpan ValidityOf(Resource identity)
    {
        var expiry = identity.SpecAs<MeshIdentitySpec>().Provider?.BundledProvider?.CertificateParameters?.Expiry;
        var validity = expiry is { } given && given.Nanoseconds > 0 ? given.ToTimeSpan() : LeafSchedule.DefaultValidity;
        return validity < LeafSchedule.ShortestValidity ? LeafSchedule.ShortestValidity : validity;
    }

    private static DateTimeOffset AnchorOf(Resource identity, Resource dataplane, CertificateAuthority authority)
    {
        var anchor = identity.CreationTime > dataplane.CreationTime ? identity.CreationTime : dataplane.CreationTime;
        return anchor > authority.NotBefore ? anchor : authority.NotBefore;
    }

    private WorkloadCertificate Issue(
        ProxyKey proxy, WorkloadSecret secret, CertificateAuthority authority, SpiffeId id, TimeSpan validity, DateTimeOffset anchor, Resource identity, DateTimeOffset now)
    {
        if (secret.Failure is { } failure && failure.IsFor(authority.Id, id, validity) && now < failure.RetryAt)
        {
            throw new WorkloadSecretException(failure.Reason);
        }

        var slot = LeafSlot.At(anchor, validity, now);
        try
        {
            var leaf = new BundledAuthority(authority, _clock).Issue(id, slot.IssuedAt, slot.ExpiresAt);
            var version = LeafVersion.Of(authority.Id, id, leaf.IssuedAt, leaf.ExpiresAt, proxy.ToString());
            var certificate = new WorkloadCertificate(
                ByteString.CopyFromUtf8(leaf.CertificatePem), ByteString.CopyFromUtf8(leaf.PrivateKeyPem), version.ToString());
            secret.Current = new IssuedSecret(authority.Id, id, validity, slot.RotateAt, certificate);
            secret.Failure = null;
            secret.Facts = new CertificateFacts(identity.GetKri().ToString(), id.ToString(), leaf.IssuedAt, leaf.ExpiresAt, (secret.Facts?.Count ?? 0) + 1);
            _faults.Succeed(proxy);
            _due.Set(proxy, slot.RotateAt);
            FactsChanged?.Invoke(proxy);
            return certificate;
        }
        catch (CertificateException fault)
        {
            var retryAt = now + _faults.Fail(proxy, fault);
            secret.Failure = new IssueFailure(authority.Id, id, validity, retryAt, fault.Message);
            _due.Set(proxy, retryAt);
            throw new WorkloadSecretException(fault.Message, fault);
        }
    }

    private void OnAuthorityChanged(ResourceKey identity)
    {
        foreach (var (proxy, secret) in _secrets)
        {
            if (secret.Identity == identity)
            {
                Changed?.Invoke(proxy);
            }
        }
    }
}
