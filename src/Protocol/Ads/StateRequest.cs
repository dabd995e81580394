using System.Text.Unicode;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>A <c>DiscoveryRequest</c> (state of the world) read in place. Valid as long as the message's bytes are.</summary>
internal ref struct StateRequest
{
    private const int VersionField = 1;
    private const int NodeField = 2;
    private const int NamesField = 3;
    private const int TypeUrlField = 4;
    private const int NonceField = 5;
    private const int ErrorField = 6;
    private const int ErrorMessageField = 2;

    private readonly ReadOnlySpan<byte> _message;

    private StateRequest(ReadOnlySpan<byte> message) => _message = message;

    public ReadOnlySpan<byte> Node { get; private set; }

    public ReadOnlySpan<byte> TypeUrl { get; private set; }

    public ReadOnlySpan<byte> Nonce { get; private set; }

    public ReadOnlySpan<byte> Version { get; private set; }

    /// <summary>Whether <c>error_detail</c> is there: the only sign of a rejection, whatever code and version say.</summary>
    public bool IsRejection { get; private set; }

    public ReadOnlySpan<byte> ErrorMessage { get; private set; }

    public int NameCount { get; private set; }

    public readonly NameWalk Names => new(_message, NamesField);

    /// <summary>Reads a message; false when its bytes are no such message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out StateRequest request)
    {
        request = new StateRequest(message);
        var reader = new FieldReader(message);
        while (reader.Next())
        {
            if (!reader.IsBytes)
            {
                if (reader.Field is >= VersionField and <= ErrorField)
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
            case VersionField:
                Version = bytes;
                return true;
            case NodeField:
                Node = bytes;
                return true;
            case NamesField:
                NameCount++;
                return Utf8.IsValid(bytes);
            case TypeUrlField:
                TypeUrl = bytes;
                return Utf8.IsValid(bytes);
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
