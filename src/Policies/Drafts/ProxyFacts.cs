namespace Mesh.Policies.Drafts;

/// <summary>
/// What every draft knows about its proxy. Only what many proxies have in common: what is compiled is shared by all whose
/// facts are equal, so names and labels of one proxy have no place here. Immutable, decided in the plan; value equality.
/// </summary>
public sealed record ProxyFacts
{
    /// <summary>Name of the mesh.</summary>
    public required string Mesh { get; init; }

    /// <summary>Zone of the control plane that serves the proxy.</summary>
    public required string Zone { get; init; }

    /// <summary>Features that the sidecar announced (<c>feature-...</c>), sorted.</summary>
    public FactList<string> Features { get; init; } = [];

    /// <summary>Traffic is redirected to the proxy: inbounds do not bind their port.</summary>
    public bool TransparentProxy { get; init; }

    /// <summary>Its workload identity; null when no MeshIdentity selects it.</summary>
    public WorkloadIdentityFacts? Identity { get; init; }

    /// <summary>Address ranges that count as internal, e.g. <c>10.0.0.0/8</c>.</summary>
    public FactList<string> InternalCidrs { get; init; } = [];

    /// <summary>True when the sidecar announced <paramref name="feature"/>.</summary>
    public bool Has(string feature)
    {
        foreach (var announced in Features)
        {
            if (announced == feature)
            {
                return true;
            }
        }

        return false;
    }
}
