using System.Text.Unicode;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>
/// A <c>DeltaDiscoveryRequest</c> read in place: single fields are slices of the message, repeated ones are walked again
/// when needed. Valid as long as the message's bytes are.
/// </summary>
internal ref struct DeltaRequest
{
    private const int NodeField = 1;
    private const int TypeUrlField = 2;
    private const int SubscribeField = 3;
    private const int UnsubscribeField = 4;
    private const int InitialVersionsField = 5;
    private const int NonceField = 6;
    private const int ErrorField = 7;
    private const int ErrorMessageField = 2;

    private readonly ReadOnlySpan<byte> _message;

    private DeltaRequest(ReadOnlySpan<byte> message) => _message = message;

    public ReadOnlySpan<byte> Node { get; private set; }

    public ReadOnlySpan<byte> TypeUrl { get; private set; }

    public ReadOnlySpan<byte> Nonce { get; private set; }

    /// <summary>Whether <c>error_detail</c> is there: the only sign of a rejection, whatever its code.</summary>
    public bool IsRejection { get; private set; }

    public ReadOnlySpan<byte> ErrorMessage { get; private set; }

    public int SubscribeCount { get; private set; }

    public int UnsubscribeCount { get; private set; }

    public int InitialVersionCount { get; private set; }

    public readonly NameWalk Subscribe => new(_message, SubscribeField);

    public readonly NameWalk Unsubscribe => new(_message, UnsubscribeField);

    public readonly VersionWalk InitialVersions => new(_message, InitialVersionsField);

    /// <summary>Reads a message; false when its bytes are no such message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out DeltaRequest request)
    {
        request = new DeltaRequest(message);
        var reader = new FieldReader(message);
        while (reader.Next())
        {
            if (!reader.IsBytes)
            {
                if (reader.Field is >= NodeField and <= ErrorField)
                {
                    return false;
                }

                continue;
            }

            if (!request.Take(reader.Field, reader.Bytes))
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
            case NodeField:
                Node = bytes;
                return true;
            case TypeUrlField:
                TypeUrl = bytes;
                return Utf8.IsValid(bytes);
            case SubscribeField:
                SubscribeCount++;
                return Utf8.IsValid(bytes);
            case UnsubscribeField:
                UnsubscribeCount++;
                return Utf8.IsValid(bytes);
            case InitialVersionsField:
                InitialVersionCount++;
                return VersionWalk.TryReadEntry(bytes, out _, out _);
            case NonceField:
                Nonce = bytes;
                return true;
            case ErrorField:
                IsRejection = true;
                ErrorMessage = StatusMessage.Find(bytes, ErrorMessageField, out var wellFormed);
                return wellFormed;
            default:
                return true;
        }
    }
}
