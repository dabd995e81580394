using System.Text;
using System.Text.Unicode;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>Reads one <c>Resource</c> of a response in place.</summary>
internal static class ResourceParser
{
    private const int VersionField = 1;
    private const int BodyField = 2;
    private const int NameField = 3;
    private const int AnyTypeUrl = 1;
    private const int AnyValue = 2;

    /// <summary>Reads a resource; on false <paramref name="fault"/> says what is wrong with it.</summary>
    /// <param name="message">The whole response, of which the payload becomes a part.</param>
    /// <param name="encoded">The resource, a part of it.</param>
    /// <param name="maxNameLength">Longest name, in bytes.</param>
    /// <param name="resource">What was read.</param>
    /// <param name="fault">The fault, with the resource's name where it has one.</param>
    public static bool TryRead(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> encoded, int maxNameLength, out KdsResource resource, out string fault)
    {
        resource = default;
        ReadOnlySpan<byte> version = default;
        ReadOnlySpan<byte> body = default;
        ReadOnlySpan<byte> name = default;
        var reader = new FieldReader(encoded);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case VersionField:
                    version = reader.Bytes;
                    break;
                case BodyField:
                    body = reader.Bytes;
                    break;
                case NameField:
                    name = reader.Bytes;
                    break;
                default:
                    break;
            }
        }

        if (reader.Malformed || name.IsEmpty || name.Length > maxNameLength || version.Length > maxNameLength || !Utf8.IsValid(name) || !Utf8.IsValid(version))
        {
            fault = "a resource without a readable name";
            return false;
        }

        var text = Encoding.UTF8.GetString(name);
        if (!TryReadBody(body, out var payload))
        {
            fault = $"{text}: not a {KdsTypes.MessageUrl}";
            return false;
        }

        fault = "";
        resource = new KdsResource(text, Encoding.UTF8.GetString(version), PartOf(message, payload));
        return true;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> any, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var isExpected = false;
        var reader = new FieldReader(any);
        while (reader.Next())
        {
            if (reader.Field == AnyTypeUrl)
            {
                isExpected = reader.Bytes.SequenceEqual(KdsTypes.MessageUrlBytes);
            }
            else if (reader.Field == AnyValue)
            {
                payload = reader.Bytes;
            }
        }

        return isExpected && !reader.Malformed;
    }

    private static ReadOnlyMemory<byte> PartOf(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> part) =>
        message.Span.Overlaps(part, out var offset) ? message.Slice(offset, part.Length) : default;
}
