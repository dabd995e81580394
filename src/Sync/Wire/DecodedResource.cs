using System.Diagnostics.CodeAnalysis;
using Mesh.Model.Resources;

namespace Mesh.Sync.Wire;

/// <summary>What became of the bytes of one resource: the resource, or why it is none.</summary>
public readonly struct DecodedResource
{
    private DecodedResource(Resource? resource, IReadOnlyList<SyncFault> faults) => (Resource, Faults) = (resource, faults);

    /// <summary>The resource as the peer sent it; null where there are faults.</summary>
    public Resource? Resource { get; }

    /// <summary>Every fault that was found; empty where there is a resource.</summary>
    public IReadOnlyList<SyncFault> Faults { get; }

    /// <summary>Whether it could be read.</summary>
    [MemberNotNullWhen(true, nameof(Resource))]
    public bool IsReadable => Resource is not null;

    internal static DecodedResource Of(Resource resource) => new(resource, []);

    internal static DecodedResource Unreadable(params IReadOnlyList<SyncFault> faults) => new(null, faults);
}
