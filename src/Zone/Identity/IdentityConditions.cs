using Mesh.Model.Kinds;

namespace Mesh.Zone.Identity;

/// <summary>Conditions in the status of a MeshIdentity.</summary>
internal static class IdentityConditions
{
    /// <summary>The authority works, or another system's does.</summary>
    public static Condition Provider { get; } = True("Provider", "ProviderInitialized", "Provider successfully initialized");

    /// <summary>Peers trust it.</summary>
    public static Condition TrustCreated { get; } = True("MeshTrustCreated", "MeshTrustCreated", "MeshTrust has been successfully created");

    /// <summary>Nobody made peers trust it.</summary>
    public static Condition TrustDisabled { get; } = False(
        "MeshTrustCreated", "MeshTrustCreationDisabled", "meshTrustCreation is Disabled: calls fail until a MeshTrust with this authority exists");

    /// <summary>Everything works.</summary>
    public static Condition Ready { get; } = True("Ready", "Ready", "Successfully initialized");

    /// <summary>The templates of the SPIFFE id are wrong.</summary>
    public static Condition WrongTemplate(string error) => False("SpiffeIDProvider", "InvalidTemplate", error);

    /// <summary>The authority does not work.</summary>
    public static Condition ProviderFailed(string error) => False("Provider", "ProviderInitializationFailed", error);

    /// <summary>It cannot be used.</summary>
    public static Condition NotReady(string because) => False("Ready", "NotReady", because);

    /// <summary>Proxies lack what the provider needs.</summary>
    public static Condition DependenciesMissing(string what) => False("DependenciesReady", "DependenciesMissing", what);

    private static Condition True(string type, string reason, string message) => new() { Type = type, Status = "True", Reason = reason, Message = message };

    private static Condition False(string type, string reason, string message) => new() { Type = type, Status = "False", Reason = reason, Message = message };
}
