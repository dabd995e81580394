namespace Mesh.Server.Ads.Streams;

/// <summary>Methods of the discovery service.</summary>
public enum StreamKind
{
    /// <summary><c>DeltaAggregatedResources</c>.</summary>
    Delta,

    /// <summary><c>StreamAggregatedResources</c>.</summary>
    StateOfTheWorld,
}
