using System.Text;
using System.Text.Unicode;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>Who speaks on a stream, as its first message says. Read once per stream; the metadata stays encoded.</summary>
public sealed class ClientNode
{
    private const int IdField = 1;
    private const int ClusterField = 2;
    private const int MetadataField = 3;
    private const int UserAgentField = 6;
    private const int UserAgentVersionField = 7;
    private const int BuildVersionField = 8;
    private const int FeatureField = 10;
    private const int MaxIdLength = 2048;

    private readonly byte[] _encoded;

    private ClientNode(byte[] encoded) => _encoded = encoded;

    /// <summary><c>node.id</c>; never empty.</summary>
    public string Id { get; private set; } = "";

    /// <summary><c>node.cluster</c>; may be empty.</summary>
    public string Cluster { get; private set; } = "";

    /// <summary><c>user_agent_name</c>, for example <c>envoy</c> or <c>gRPC Go</c>; may be empty.</summary>
    public string UserAgent { get; private set; } = "";

    /// <summary>Version of the client as <c>major.minor.patch</c>; empty when it gives none.</summary>
    public string UserAgentVersion { get; private set; } = "";

    /// <summary>Major and minor version as one number (1.40 is 1040); 0 when the client gives none.</summary>
    public int VersionNumber { get; private set; }

    /// <summary><c>client_features</c>.</summary>
    public IReadOnlyList<string> Features { get; private set; } = [];

    /// <summary>The encoded <c>google.protobuf.Struct</c> of <c>node.metadata</c>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Metadata { get; private set; }

    /// <summary>The whole encoded <c>envoy.config.core.v3.Node</c>.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>Whether it is one of the gRPC libraries: names are always explicit, an empty list is never a wildcard.</summary>
    public bool IsGrpcLibrary => UserAgent.StartsWith("gRPC", StringComparison.Ordinal);

    /// <summary>Whether it is Envoy older than a version (major * 1000 + minor). Unknown versions count as new.</summary>
    public bool IsEnvoyBefore(int version) => VersionNumber > 0 && VersionNumber < version && UserAgent == "envoy";

    /// <summary>Reads an encoded node.</summary>
    /// <exception cref="AdsProtocolException">It is malformed or has no usable id.</exception>
    public static ClientNode Parse(ReadOnlySpan<byte> encoded) =>
        TryRead(encoded) ?? throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "missing node information: node.id is required");

    /// <summary>Reads an encoded node; null when it is malformed or has no usable id.</summary>
    internal static ClientNode? TryRead(ReadOnlySpan<byte> encoded)
    {
        var node = new ClientNode(encoded.ToArray());
        List<string>? features = null;
        var reader = new FieldReader(encoded);
        while (reader.Next())
        {
            if (!reader.IsBytes)
            {
                continue;
            }

            if (reader.Field == MetadataField)
            {
                encoded.Overlaps(reader.Bytes, out var offset);
                node.Metadata = node._encoded.AsMemory(offset, reader.Bytes.Length);
            }
            else if (reader.Field == FeatureField)
            {
                (features ??= []).Add(Encoding.UTF8.GetString(reader.Bytes));
            }
            else
            {
                node.Take(reader.Field, reader.Bytes);
            }
        }

        node.Features = features ?? [];
        return reader.Malformed || node.Id.Length == 0 ? null : node;
    }

    /// <summary>The id alone, without copying the node; empty when it is malformed or has none.</summary>
    internal static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> encoded)
    {
        ReadOnlySpan<byte> id = default;
        var reader = new FieldReader(encoded);
        while (reader.Next())
        {
            if (reader.Field == IdField && reader.IsBytes)
            {
                id = reader.Bytes;
            }
        }

        return reader.Malformed ? default : id;
    }

    /// <summary>Hash of a node that does not depend on the order of its fields: maps are written in any order.</summary>
    internal static ulong HashOf(ReadOnlySpan<byte> encoded)
    {
        ulong sum = 0;
        var reader = new FieldReader(encoded);
        while (reader.Next())
        {
            if (reader.Field == MetadataField)
            {
                var entries = new FieldReader(reader.Bytes);
                while (entries.Next())
                {
                    sum += System.IO.Hashing.XxHash3.HashToUInt64(entries.Bytes, MetadataField);
                }
            }
            else
            {
                sum += System.IO.Hashing.XxHash3.HashToUInt64(reader.Bytes, reader.Field) + reader.Varint;
            }
        }

        return sum;
    }

    private void Take(int field, ReadOnlySpan<byte> bytes)
    {
        switch (field)
        {
            case IdField when bytes.Length <= MaxIdLength && Utf8.IsValid(bytes):
                Id = Encoding.UTF8.GetString(bytes);
                break;
            case ClusterField:
                Cluster = Encoding.UTF8.GetString(bytes);
                break;
            case UserAgentField:
                // One text for a whole fleet.
                UserAgent = bytes.SequenceEqual("envoy"u8) ? "envoy" : Encoding.UTF8.GetString(bytes);
                break;
            case UserAgentVersionField:
                UserAgentVersion = Encoding.UTF8.GetString(bytes);
                break;
            case BuildVersionField:
                TakeBuildVersion(bytes);
                break;
            default:
                break;
        }
    }

    private void TakeBuildVersion(ReadOnlySpan<byte> buildVersion)
    {
        // BuildVersion.version = 1 is a SemanticVersion: major_number = 1, minor_number = 2, patch = 3.
        Span<uint> numbers = stackalloc uint[4];
        var outer = new FieldReader(buildVersion);
        while (outer.Next())
        {
            if (outer.Field != 1 || !outer.IsBytes)
            {
                continue;
            }

            numbers.Clear();
            var inner = new FieldReader(outer.Bytes);
            while (inner.Next())
            {
                if (inner.Field is >= 1 and <= 3 && !inner.IsBytes)
                {
                    numbers[inner.Field] = (uint)Math.Min(inner.Varint, 999);
                }
            }

            UserAgentVersion = $"{numbers[1]}.{numbers[2]}.{numbers[3]}";
            VersionNumber = (int)((numbers[1] * 1000) + numbers[2]);
        }
    }
}
