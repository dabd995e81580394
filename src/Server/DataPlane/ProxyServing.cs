using Mesh.Server.Ads.Streams;
using Mesh.Zone;

namespace Mesh.Server.DataPlane;

/// <summary>How proxies are served here, for inspection.</summary>
/// <param name="Pipeline">What they are to have.</param>
/// <param name="Streams">What they have.</param>
internal sealed record ProxyServing(ZonePipeline Pipeline, AdsStreams Streams);
