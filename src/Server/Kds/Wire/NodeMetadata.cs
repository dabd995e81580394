using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Kinds;
using Mesh.Server.Rest;

namespace Mesh.Server.Kds.Wire;

/// <summary><c>node.metadata</c> of discovery requests between control planes (contract §4.1).</summary>
internal static class NodeMetadata
{
    /// <summary>Our own field: id of the sender's store.</summary>
    public const string StoreIdField = "store-id";

    private const string InstanceField = "control-plane-id";
    private const string VersionField = "version";
    private const string ConfigField = "config";
    private const string FeaturesField = "features";
    private const string ControlPlane = "kumaCp";

    // What a zone tells is kept and shown: it is bounded. Kuma's settings have some 20 KiB.
    private const int LongestConfig = 256 * 1024;
    private const int LongestText = 256;

    private static readonly string[] _features = ["zone-token", "hash-suffix", "hg-mz-selector", "producer-policy-flow"];

    /// <summary>What this control plane tells about itself.</summary>
    /// <param name="instance">Who it is.</param>
    /// <param name="config">Its settings as JSON without secrets; null: it does not tell them.</param>
    public static byte[] Encode(InstanceIdentity instance, string? config)
    {
        var version = new Struct { Fields = { ["version"] = Value.ForString(InstanceIdentity.Version) } };
        var metadata = new Struct
        {
            Fields =
            {
                [InstanceField] = Value.ForString(instance.InstanceId),
                [FeaturesField] = Value.ForList([.. _features.Select(Value.ForString)]),
                [VersionField] = Value.ForStruct(new Struct { Fields = { [ControlPlane] = Value.ForStruct(version) } }),
                [StoreIdField] = Value.ForString(instance.ClusterId),
            },
        };
        if (config is not null)
        {
            metadata.Fields[ConfigField] = Value.ForString(config);
        }

        return metadata.ToByteArray();
    }

    /// <summary>What a zone told about itself; what is missing, of another type or too long is left out.</summary>
    public static Mesh.Global.Zones.ZoneDescription Decode(ReadOnlyMemory<byte> encoded)
    {
        Struct metadata;
        try
        {
            metadata = Struct.Parser.ParseFrom(encoded.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return new Mesh.Global.Zones.ZoneDescription("", null, "");
        }

        return new Mesh.Global.Zones.ZoneDescription(Text(metadata, InstanceField), VersionOf(metadata), Text(metadata, ConfigField, LongestConfig));
    }

    private static KumaCpVersion? VersionOf(Struct metadata)
    {
        var version = Inner(Inner(metadata, VersionField), ControlPlane);
        return version is null ? null : new KumaCpVersion
        {
            Version = Text(version, "version"),
            GitTag = Text(version, "gitTag"),
            GitCommit = Text(version, "gitCommit"),
            BuildDate = Text(version, "buildDate"),
            KumaCpGlobalCompatible = true,
        };
    }

    private static Struct? Inner(Struct? outer, string field) =>
        outer is not null && outer.Fields.TryGetValue(field, out var value) && value.KindCase == Value.KindOneofCase.StructValue ? value.StructValue : null;

    private static string Text(Struct from, string field, int longest = LongestText) =>
        from.Fields.TryGetValue(field, out var value) && value.KindCase == Value.KindOneofCase.StringValue && value.StringValue.Length <= longest
            ? value.StringValue
            : "";
}
