namespace Mesh.Zone.Secrets;

/// <summary>
/// Server certificates of admin listeners, signed by the CA in GlobalSecret <c>envoy-admin-ca</c> (contract §3.4). Asked
/// on every plan: the answer for an address must stay the same object until the certificate is replaced.
/// </summary>
public interface IAdminCertificates
{
    /// <summary>All certificates were replaced (another CA, or they came of age). May be raised from any thread.</summary>
    event Action? Changed;

    /// <summary>The certificate for a proxy's address; null: there is none yet and the listener is left out.</summary>
    AdminCertificate? Find(string address);
}
