using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>A proxy as policies see it, read once from its Dataplane. Immutable.</summary>
public sealed class PolicySubject
{
    private PolicySubject(Resource dataplane)
    {
        Dataplane = dataplane;
        Sections = ProxySection.Of(dataplane);
        IsGateway = (dataplane.Spec as DataplaneSpec)?.Networking?.Gateway is not null;
        Scope = PolicyScope.Of(dataplane);
    }

    /// <summary>Its Dataplane.</summary>
    public Resource Dataplane { get; }

    /// <summary>Its inbounds and listeners, in the order of the Dataplane.</summary>
    public IReadOnlyList<ProxySection> Sections { get; }

    /// <summary>It is a delegated gateway.</summary>
    internal bool IsGateway { get; }

    /// <summary>Where it is.</summary>
    internal PolicyScope Scope { get; }

    /// <summary>Reads a Dataplane.</summary>
    public static PolicySubject Of(Resource dataplane)
    {
        ArgumentNullException.ThrowIfNull(dataplane);
        return new PolicySubject(dataplane);
    }
}
