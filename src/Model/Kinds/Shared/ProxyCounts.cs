using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>How many proxies stand behind a service.</summary>
[OmitsDefaults]
public sealed record ProxyCounts
{
    /// <summary>Connected to the control plane.</summary>
    public int Connected { get; init; }

    /// <summary>Able to take traffic.</summary>
    public int Healthy { get; init; }

    /// <summary>All.</summary>
    public int Total { get; init; }
}
