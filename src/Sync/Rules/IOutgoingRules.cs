using Mesh.Model.Resources;

namespace Mesh.Sync.Rules;

/// <summary>What one side sends to the other, and how it changes on the way. Pure: the same resource, the same answer.</summary>
public interface IOutgoingRules
{
    /// <summary>Direction in which it is sent.</summary>
    SyncDirection Direction { get; }

    /// <summary>The resource as it is sent; null: it stays.</summary>
    OutgoingResource? Map(Resource resource);
}
