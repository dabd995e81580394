namespace Mesh.Model.Labels;

/// <summary>The control plane that writes a resource, as far as labels need to know it.</summary>
public sealed record LabelContext
{
    /// <summary>It is Global; else a zone.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Name of the zone; empty in Global.</summary>
    public string Zone { get; init; } = "default";

    /// <summary>It is a zone that belongs to a Global.</summary>
    public bool IsFederated { get; init; }

    /// <summary>In a federated zone, writers must say that the zone is the origin. Default true.</summary>
    public bool RequiresOrigin { get; init; } = true;

    /// <summary><c>universal</c> or <c>kubernetes</c>.</summary>
    public string Environment { get; init; } = Universal;

    /// <summary>Namespace of the resource, for resources of Kubernetes; else empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Namespace of the control plane, for Kubernetes.</summary>
    public string SystemNamespace { get; init; } = "";

    /// <summary>A zone without Kubernetes.</summary>
    public const string Universal = "universal";
    /// <summary>A zone in Kubernetes.</summary>
    public const string Kubernetes = "kubernetes";
}
