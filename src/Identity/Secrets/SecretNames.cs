namespace Mesh.Identity.Secrets;

/// <summary>Names under which keys and authorities are stored (contract §1.9, §5.4).</summary>
public static class SecretNames
{
    /// <summary>GlobalSecret: token of the administrator, made at the first start.</summary>
    public const string AdminUserToken = "admin-user-token";

    /// <summary>GlobalSecret: authority of the admin endpoints of proxies.</summary>
    public const string EnvoyAdminCa = "envoy-admin-ca";

    /// <summary>GlobalSecret: authority between control planes.</summary>
    public const string InterControlPlaneCa = "inter-cp-ca";

    /// <summary>GlobalSecret: ids of revoked user tokens.</summary>
    public const string UserTokenRevocations = "user-token-revocations";

    /// <summary>GlobalSecret: ids of revoked zone tokens.</summary>
    public const string ZoneTokenRevocations = "zone-token-revocations";

    /// <summary>GlobalSecrets: keys that sign user tokens, and the serial number.</summary>
    public const string UserTokenKeyPrefix = "user-token-signing-key-";

    /// <summary>GlobalSecrets: keys that sign zone tokens, and the serial number.</summary>
    public const string ZoneTokenKeyPrefix = "zone-token-signing-key-";

    /// <summary>GlobalSecrets: public halves of keys that sign zone tokens, on zones, and the serial number.</summary>
    public const string ZoneTokenPublicKeyPrefix = "zone-token-signing-public-key-";

    /// <summary>Secrets of a mesh: keys that sign its dataplane tokens, without the serial number.</summary>
    public static string DataplaneTokenKeyPrefix(string mesh) => $"dataplane-token-signing-key-{mesh}-";

    /// <summary>Secret of a mesh: ids of revoked dataplane tokens.</summary>
    public static string DataplaneTokenRevocations(string mesh) => $"dataplane-token-revocations-{mesh}";

    /// <summary>Secret of a mesh: certificate of a MeshIdentity's generated authority.</summary>
    public static string RootCa(string identity) => $"{identity}-root-ca";

    /// <summary>Secret of a mesh: private key of a MeshIdentity's generated authority.</summary>
    public static string PrivateKey(string identity) => $"{identity}-private-key";
}
