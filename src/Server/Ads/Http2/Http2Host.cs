using Mesh.Server.Ads.Transport;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads.Http2;

/// <summary>What all connections of a server share.</summary>
internal sealed class Http2Host(AdsMethods methods, AdsHostOptions options, BlockPools blocks, TransportBuffers buffers, TimeProvider clock, ILogger<Http2Host> logger)
{
    public AdsMethods Methods => methods;

    public AdsHostOptions Options => options;

    public BlockPools Blocks => blocks;

    public TransportBuffers Buffers => buffers;

    public TimeProvider Clock => clock;

    public Http2Log Log { get; } = new(logger);
}
