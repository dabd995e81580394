using Mesh.Protocol.Ads;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Relay;

/// <summary>A <c>DeltaDiscoveryResponse</c> read in place. Valid as long as the message's bytes are.</summary>
internal ref struct DeltaDelivery
{
    private const int ResourcesField = 2;
    private const int TypeUrlField = 4;
    private const int NonceField = 5;
    private const int RemovedField = 6;
    private const int ResourceVersionField = 1;
    private const int ResourceBodyField = 2;
    private const int ResourceNameField = 3;

    private readonly ReadOnlySpan<byte> _message;

    private DeltaDelivery(ReadOnlySpan<byte> message) => _message = message;

    public ReadOnlySpan<byte> TypeUrl { get; private set; }

    public ReadOnlySpan<byte> Nonce { get; private set; }

    /// <summary>The encoded resources.</summary>
    public readonly NameWalk Resources => new(_message, ResourcesField);

    public readonly NameWalk Removed => new(_message, RemovedField);

    /// <summary>Reads a message; false when its bytes are no such message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out DeltaDelivery delivery)
    {
        delivery = new DeltaDelivery(message);
        var reader = new FieldReader(message);
        while (reader.Next())
        {
            if (reader.Field == TypeUrlField)
            {
                delivery.TypeUrl = reader.Bytes;
            }
            else if (reader.Field == NonceField)
            {
                delivery.Nonce = reader.Bytes;
            }
        }

        return !reader.Malformed;
    }

    /// <summary>Name and version of an encoded resource; false when it has no body (a heartbeat) or is malformed.</summary>
    public static bool TryReadResource(ReadOnlySpan<byte> resource, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> version)
    {
        name = default;
        version = default;
        var hasBody = false;
        var reader = new FieldReader(resource);
        while (reader.Next())
        {
            if (reader.Field == ResourceNameField)
            {
                name = reader.Bytes;
            }
            else if (reader.Field == ResourceVersionField)
            {
                version = reader.Bytes;
            }
            else if (reader.Field == ResourceBodyField)
            {
                hasBody = true;
            }
        }

        return hasBody && !reader.Malformed;
    }
}
