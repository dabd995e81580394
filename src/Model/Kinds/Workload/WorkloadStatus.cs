namespace Mesh.Model.Kinds;

/// <summary>State of a workload.</summary>
public sealed record WorkloadStatus
{
    /// <summary>Its proxies.</summary>
    public WorkloadProxies DataplaneProxies { get; init; } = new();
}

/// <summary>How many proxies a workload has; zeros are written.</summary>
public sealed record WorkloadProxies
{
    /// <summary>Connected to the control plane.</summary>
    public int Connected { get; init; }

    /// <summary>Able to take traffic.</summary>
    public int Healthy { get; init; }

    /// <summary>All.</summary>
    public int Total { get; init; }
}
