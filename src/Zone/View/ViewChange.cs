using Mesh.Model.Resources;

namespace Mesh.Zone.View;

/// <summary>What a batch changed, seen by those who build configuration: writes that change nothing for them are not in here.</summary>
public sealed class ViewChange
{
    internal ViewChange(MeshView before) => Before = before;

    /// <summary>The view before the batch.</summary>
    public MeshView Before { get; }

    /// <summary>The view after it.</summary>
    public MeshView After { get; internal set; } = null!;

    /// <summary>The mesh appeared, changed or went.</summary>
    public bool IsMeshChanged { get; internal set; }

    /// <summary>Names of Dataplanes whose spec or labels changed.</summary>
    public HashSet<string> Dataplanes { get; } = new(StringComparer.Ordinal);

    /// <summary>Services that appeared, went, or changed in what plans ask of them.</summary>
    public HashSet<ResourceKey> Services { get; } = [];

    /// <summary>Some MeshExternalServices are elsewhere, or are to be called otherwise: egresses are concerned, callers are not.</summary>
    public bool IsOutsideChanged { get; internal set; }

    /// <summary>Services of which an endpoint appeared, went or changed.</summary>
    public HashSet<ResourceKey> Endpoints { get; } = [];

    /// <summary>Policies that appeared, went or changed.</summary>
    public HashSet<ResourceKey> Policies { get; } = [];

    /// <summary>MeshIdentities that appeared, went or changed.</summary>
    public HashSet<ResourceKey> Identities { get; } = [];

    /// <summary>Secrets that appeared, went or changed.</summary>
    public HashSet<ResourceKey> Secrets { get; } = [];

    /// <summary>Other zones that are reached elsewhere now.</summary>
    public HashSet<string> Zones { get; } = new(StringComparer.Ordinal);

    /// <summary>Resources that could not be read; the view is without what they say.</summary>
    public List<(ResourceKey Resource, Exception Reason)> Faults { get; } = [];

    /// <summary>A MeshTrust appeared, went or changed.</summary>
    public bool IsTrustChanged { get; internal set; }

    /// <summary>Something changed of which outbounds are made.</summary>
    internal bool MayConcernOutbounds =>
        IsMeshChanged || IsTrustChanged || Services.Count > 0 || Endpoints.Count > 0 || Policies.Count > 0 || Identities.Count > 0;
}
