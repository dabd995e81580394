using System.Text.Unicode;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>A <c>DeltaDiscoveryResponse</c> read in place. Valid as long as the message's bytes are.</summary>
internal ref struct KdsResponse
{
    public const int ResourcesField = 2;
    public const int RemovedField = 6;
    private const int SystemVersionField = 1;
    private const int TypeUrlField = 4;
    private const int NonceField = 5;
    private const int ControlPlaneField = 7;

    public ReadOnlySpan<byte> SystemVersion { get; private set; }

    public ReadOnlySpan<byte> TypeUrl { get; private set; }

    public ReadOnlySpan<byte> Nonce { get; private set; }

    public int ResourceCount { get; private set; }

    public int RemovedCount { get; private set; }

    /// <summary>Reads a message; false when its bytes are no such message. What its resources hold is not looked at.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out KdsResponse response)
    {
        response = default;
        var reader = new FieldReader(message);
        while (reader.Next())
        {
            if (reader.IsBytes ? !response.Take(reader.Field, reader.Bytes) : reader.Field is >= SystemVersionField and <= ControlPlaneField)
            {
                return false;
            }
        }

        return !reader.Malformed;
    }

    private bool Take(int field, ReadOnlySpan<byte> bytes)
    {
        switch (field)
        {
            case SystemVersionField:
                SystemVersion = bytes;
                return true;
            case TypeUrlField:
                TypeUrl = bytes;
                return Utf8.IsValid(bytes);
            case NonceField:
                Nonce = bytes;
                return Utf8.IsValid(bytes);
            case ResourcesField:
                ResourceCount++;
                return true;
            case RemovedField:
                RemovedCount++;
                return Utf8.IsValid(bytes);
            default:
                return true;
        }
    }
}
