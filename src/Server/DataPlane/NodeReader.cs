using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Ads;
using Mesh.Zone.Ingest;

namespace Mesh.Server.DataPlane;

/// <summary>Reads what a proxy says of itself when it connects (contract §5.3).</summary>
internal static class NodeReader
{
    /// <summary>Mesh and name: the node's id up to its first dot, and the rest.</summary>
    /// <exception cref="AdsProtocolException">The id is of another form.</exception>
    public static ProxyKey KeyOf(ClientNode node)
    {
        var dot = node.Id.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < node.Id.Length - 1
            ? new ProxyKey(node.Id[..dot], node.Id[(dot + 1)..])
            : throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "node.id must be MESH.NAME");
    }

    /// <summary>What the sidecar told about itself.</summary>
    /// <exception cref="AdsProtocolException">The metadata is malformed.</exception>
    public static ProxyMetadata MetadataOf(ClientNode node) => ProxyMetadataReader.Read(StructOf(node));

    /// <summary>The metadata as it was sent; null: none.</summary>
    /// <exception cref="AdsProtocolException">The metadata is malformed.</exception>
    public static Struct? StructOf(ClientNode node)
    {
        try
        {
            return node.Metadata.IsEmpty ? null : Struct.Parser.ParseFrom(node.Metadata.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "node.metadata is malformed");
        }
    }
}
