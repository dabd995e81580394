using Mesh.Model.Resources;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Secrets;

/// <summary>
/// Certificates of proxies. The pipeline asks when it builds a proxy's configuration; whoever implements this issues,
/// keeps and rotates them and says when there is another. Safe for concurrent use; a call for one proxy must not wait for
/// another's.
/// </summary>
public interface IWorkloadSecrets
{
    /// <summary>A proxy has another certificate, or now has its first. May be raised from any thread.</summary>
    event Action<ProxyKey>? Changed;

    /// <summary>The certificate of a proxy; null: there is none yet, <see cref="Changed"/> will say when there is.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="identity">The MeshIdentity that selects it.</param>
    /// <param name="dataplane">Its Dataplane: the SPIFFE id is made of its labels.</param>
    /// <exception cref="WorkloadSecretException">None can be issued for a reason that a user can mend.</exception>
    WorkloadCertificate? Find(ProxyKey proxy, Resource identity, Resource dataplane);

    /// <summary>Forgets a proxy: it left, or no MeshIdentity selects it any more.</summary>
    void Release(ProxyKey proxy);
}
