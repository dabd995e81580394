using System.Diagnostics;

namespace Mesh.Engine.Content;

/// <summary>
/// The stored form of a resource: one whole field 2 of a <c>DeltaDiscoveryResponse</c>, so that sending is copying.
/// <code>
/// 12 len  { 0A len version | 1A len name | 12 len { 0A len type_url | 12 len message } }
///           Resource.version Resource.name Resource.resource = Any
/// </code>
/// The last part alone (from <see cref="Layout.AnyOffset"/>) is also one whole field 2 of a <c>DiscoveryResponse</c>, whose
/// resources are plain <c>Any</c>: both protocols share the bytes.
/// </summary>
internal static class WireForm
{
    private const byte ResponseResources = 0x12;
    private const byte ResourceVersion = 0x0A;
    private const byte ResourceName = 0x1A;
    private const byte ResourceBody = 0x12;
    private const byte AnyTypeUrl = 0x0A;
    private const byte AnyValue = 0x12;

    /// <summary>Sizes of a resource's stored form.</summary>
    public readonly record struct Layout(int Total, int ResourceLength, int AnyLength, int AnyOffset, int MessageLength);

    public static Layout Measure(int typeUrl, int name, int version, int message)
    {
        // A message of no bytes is written all the same: an absent value and an empty one are equal on the wire.
        var any = Field(typeUrl) + Field(message);
        var head = Field(version) + Field(name);
        var resource = head + Field(any);
        return new Layout(Field(resource), resource, any, Field(resource) - Field(any), message);
    }

    public static void Write(
        Span<byte> target,
        in Layout layout,
        ReadOnlySpan<byte> typeUrl,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> version,
        ReadOnlySpan<byte> message)
    {
        var rest = Head(target, ResponseResources, layout.ResourceLength);
        rest = Whole(rest, ResourceVersion, version);
        rest = Whole(rest, ResourceName, name);
        rest = Head(rest, ResourceBody, layout.AnyLength);
        rest = Whole(rest, AnyTypeUrl, typeUrl);
        rest = Whole(rest, AnyValue, message);
        Debug.Assert(rest.IsEmpty, "the layout was measured for other parts");
    }

    /// <summary>The version inside a stored form.</summary>
    public static ReadOnlySpan<byte> VersionText(ReadOnlySpan<byte> wire)
    {
        var rest = wire[1..];
        ReadVarint(ref rest);
        rest = rest[1..];
        var length = ReadVarint(ref rest);
        return rest[..length];
    }

    private static int ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0;
        var i = 0;
        while (bytes[i] >= 0x80)
        {
            value |= (bytes[i] & 0x7F) << (7 * i);
            i++;
        }

        value |= bytes[i] << (7 * i);
        bytes = bytes[(i + 1)..];
        return value;
    }

    private static int Field(int length) => 1 + VarintLength((uint)length) + length;

    private static int VarintLength(uint value)
    {
        var length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }

    private static Span<byte> Whole(Span<byte> target, byte tag, ReadOnlySpan<byte> bytes)
    {
        var rest = Head(target, tag, bytes.Length);
        bytes.CopyTo(rest);
        return rest[bytes.Length..];
    }

    private static Span<byte> Head(Span<byte> target, byte tag, int length)
    {
        target[0] = tag;
        var value = (uint)length;
        var i = 1;
        while (value >= 0x80)
        {
            target[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[i++] = (byte)value;
        return target[i..];
    }
}
