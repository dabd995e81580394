using System.Collections.Concurrent;
using Mesh.Identity.Certificates;
using Mesh.Model.Resources;

namespace Mesh.Zone.Identity;

/// <summary>The authorities behind MeshIdentities, as their controller found them. Safe for concurrent use.</summary>
internal sealed class AuthorityTable
{
    private readonly ConcurrentDictionary<ResourceKey, AuthorityState> _states = new();

    /// <summary>Raised when what stands behind a MeshIdentity became another thing.</summary>
    public event Action<ResourceKey>? Changed;

    /// <summary>What stands behind a MeshIdentity; null: not found out yet.</summary>
    public AuthorityState? Find(ResourceKey identity) => _states.TryGetValue(identity, out var state) ? state : null;

    /// <summary>An authority is ready. It is the table's from now on.</summary>
    /// <param name="identity">The MeshIdentity.</param>
    /// <param name="authority">Who issues.</param>
    /// <param name="hold">Who waits for a certificate; null: nobody.</param>
    public void Set(ResourceKey identity, CertificateAuthority authority, AuthorityHold? hold = null)
    {
        var before = Find(identity);
        if (before?.Authority is { } same && same.Id == authority.Id)
        {
            authority.Dispose();
            if (before.Hold == hold)
            {
                return;
            }

            authority = same;
        }

        // The one before is left to the collector: somebody may be signing with it.
        _states[identity] = new AuthorityState(authority, authority.NotBefore, "", hold);
        Changed?.Invoke(identity);
    }

    /// <summary>There is no authority, for a reason.</summary>
    public void Fail(ResourceKey identity, string reason)
    {
        var state = new AuthorityState(null, default, reason);
        if (Find(identity) != state)
        {
            _states[identity] = state;
            Changed?.Invoke(identity);
        }
    }

    /// <summary>The MeshIdentity is gone.</summary>
    public void Remove(ResourceKey identity)
    {
        if (_states.TryRemove(identity, out _))
        {
            Changed?.Invoke(identity);
        }
    }
}
