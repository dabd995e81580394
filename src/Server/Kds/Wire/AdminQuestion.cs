using Google.Protobuf;

namespace Mesh.Server.Kds.Wire;

/// <summary>
/// What Global asks about a proxy in a zone: <c>XDSConfigRequest</c>, <c>StatsRequest</c> or <c>ClustersRequest</c>, which differ
/// in the fields after the first four alone.
/// </summary>
internal sealed record AdminQuestion
{
    private const int RequestIdField = 1;
    private const int TypeField = 2;
    private const int NameField = 3;
    private const int MeshField = 4;
    private const int OptionField = 5;
    private const int UsedOnlyField = 6;

    /// <summary><see cref="ResourceType"/> of the question that the contract knows: the proxy's Envoy is asked.</summary>
    public const string Proxy = "Dataplane";

    /// <summary>Ours, in the stream of configurations: what the zone computed for the proxy. Other zones answer with an error.</summary>
    public const string ComputedConfig = "DataplaneConfig";

    /// <summary>Joins question and answer.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>What is asked about.</summary>
    public string ResourceType { get; init; } = Proxy;

    /// <summary>Name of the Dataplane in its zone.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its mesh.</summary>
    public string Mesh { get; init; } = "";

    /// <summary>Field 5: <c>include_eds</c> for configurations; JSON instead of text for statistics and clusters.</summary>
    public bool Option { get; init; }

    /// <summary>Statistics: only those in use.</summary>
    public bool UsedOnly { get; init; }

    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        var output = new CodedOutputStream(bytes);
        Write(output, RequestIdField, RequestId);
        Write(output, TypeField, ResourceType);
        Write(output, NameField, Name);
        Write(output, MeshField, Mesh);
        Write(output, OptionField, Option);
        Write(output, UsedOnlyField, UsedOnly);
        output.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public static AdminQuestion Decode(ReadOnlyMemory<byte> encoded)
    {
        var question = new AdminQuestion { ResourceType = "" };
        var input = new CodedInputStream(encoded.ToArray());
        while (input.ReadTag() is var tag && tag != 0)
        {
            question = (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag)) switch
            {
                (RequestIdField, WireFormat.WireType.LengthDelimited) => question with { RequestId = input.ReadString() },
                (TypeField, WireFormat.WireType.LengthDelimited) => question with { ResourceType = input.ReadString() },
                (NameField, WireFormat.WireType.LengthDelimited) => question with { Name = input.ReadString() },
                (MeshField, WireFormat.WireType.LengthDelimited) => question with { Mesh = input.ReadString() },
                (OptionField, WireFormat.WireType.Varint) => question with { Option = input.ReadUInt64() != 0 },
                (UsedOnlyField, WireFormat.WireType.Varint) => question with { UsedOnly = input.ReadUInt64() != 0 },
                _ => Skip(input, question),
            };
        }

        return question;
    }

    private static AdminQuestion Skip(CodedInputStream input, AdminQuestion question)
    {
        input.SkipLastField();
        return question;
    }

    private static void Write(CodedOutputStream output, int field, string value)
    {
        if (value.Length > 0)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        }
    }

    private static void Write(CodedOutputStream output, int field, bool value)
    {
        if (value)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteBool(value);
        }
    }
}
