using Mesh.Model.Resources;

namespace Mesh.Zone.Ingest;

/// <summary>Takes facts from the store.</summary>
internal interface IIngestSink
{
    /// <summary>A resource is now this; null: it is gone.</summary>
    void Changed(ResourceKey key, Resource? resource);

    /// <summary>Everything that existed has been told.</summary>
    void Synced();
}
