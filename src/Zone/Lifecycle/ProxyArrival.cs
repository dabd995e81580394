using Google.Protobuf.WellKnownTypes;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Lifecycle;

/// <summary>A proxy opened a stream.</summary>
/// <param name="Proxy">Which proxy.</param>
/// <param name="Metadata">Metadata of its node; null: none.</param>
/// <param name="BroughtDataplane">It registered its Dataplane itself: when it leaves, the Dataplane goes with it.</param>
public sealed record ProxyArrival(ProxyKey Proxy, Struct? Metadata, bool BroughtDataplane);
