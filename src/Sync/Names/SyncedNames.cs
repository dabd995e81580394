namespace Mesh.Sync.Names;

/// <summary>Resources of single names that the rules of synchronization know (contract §1.10, §4.2).</summary>
public static class SyncedNames
{
    /// <summary>Config: id of the deployment, made by Global. The only Config that travels.</summary>
    public const string ClusterId = "kuma-cluster-id";

    internal const string ZoneTokenKeyPrefix = "zone-token-signing-key-";
    internal const string ZoneTokenPublicKeyPrefix = "zone-token-signing-public-key-";
    private const string UserTokenKeyPrefix = "user-token-signing-key";

    private static readonly string[] _ofOneControlPlane = ["envoy-admin-ca", "admin-user-token", "inter-cp-ca", "user-token-revocations"];

    /// <summary>Whether a GlobalSecret belongs to one control plane: it is neither sent nor taken.</summary>
    public static bool StaysAtHome(string globalSecret) =>
        Array.IndexOf(_ofOneControlPlane, globalSecret) >= 0 || globalSecret.StartsWith(UserTokenKeyPrefix, StringComparison.Ordinal);
}
