using Mesh.Model.Labels;

namespace Mesh.Model.Resources;

/// <summary>Label keys of the contract (§4.3) and an empty label set.</summary>
public static class ResourceLabels
{
    /// <summary>Who authored it: <c>global</c> or <c>zone</c>.</summary>
    public const string Origin = "kuma.io/origin";
    /// <summary>Zone that authored it.</summary>
    public const string Zone = "kuma.io/zone";
    /// <summary><c>universal</c> or <c>kubernetes</c>.</summary>
    public const string Env = "kuma.io/env";
    /// <summary>Name the user gave, before any hashing on the way between control planes.</summary>
    public const string DisplayName = "kuma.io/display-name";
    /// <summary>Mesh of a mesh-scoped resource.</summary>
    public const string Mesh = "kuma.io/mesh";
    /// <summary><c>system</c>, <c>producer</c>, <c>consumer</c> or <c>workload-owner</c>.</summary>
    public const string PolicyRole = "kuma.io/policy-role";
    /// <summary><c>shadow</c>: shown by inspection, never delivered.</summary>
    public const string Effect = "kuma.io/effect";
    /// <summary><c>disabled</c> keeps it in its control plane.</summary>
    public const string KdsSync = "kuma.io/kds-sync";
    /// <summary>Controller that owns a generated resource.</summary>
    public const string ManagedBy = "kuma.io/managed-by";
    /// <summary>RFC 3339 time since which a generated resource has no reason to exist.</summary>
    public const string DeletionGracePeriodStartedAt = "kuma.io/deletion-grace-period-started-at";
    /// <summary>Workload that a Dataplane belongs to.</summary>
    public const string Workload = "kuma.io/workload";
    /// <summary>Type of proxy, for Dataplanes.</summary>
    public const string ProxyType = "kuma.io/proxy-type";
    /// <summary>Legacy service tag.</summary>
    public const string Service = "kuma.io/service";
    /// <summary>Legacy protocol tag.</summary>
    public const string Protocol = "kuma.io/protocol";
    /// <summary>Namespace of a resource born on Kubernetes.</summary>
    public const string KubernetesNamespace = "k8s.kuma.io/namespace";
    /// <summary>Service account of a Pod.</summary>
    public const string KubernetesServiceAccount = "k8s.kuma.io/service-account";

    /// <summary>No labels.</summary>
    public static IReadOnlyDictionary<string, string> None { get; } = LabelSet.Empty;
}
