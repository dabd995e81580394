using System.Text.Json;
using Mesh.Model.Text;

namespace Mesh.Model.Resources;

/// <summary>
/// A spec or a status as it was stored, read when it is first asked for. Most of what a large store holds nobody asks for: its bytes take half
/// the memory of its objects and no time when the store is opened. A store makes one only of bytes that were read once already by the same
/// program (decision 0003), so reading them does not fail. Safe for concurrent use: all who ask get the same object.
/// </summary>
/// <param name="utf8">JSON in UTF-8, as <see cref="ModelJson"/> writes it; the caller must not change it any more.</param>
public sealed class StoredJson(byte[] utf8)
{
    // The bytes, and once they were read what they say: its place is worth more than a second field.
    private object _content = utf8;

    /// <summary>The bytes; empty once they were read.</summary>
    internal ReadOnlySpan<byte> Utf8 => Volatile.Read(ref _content) as byte[];

    /// <summary>What they say.</summary>
    /// <exception cref="UnreadableResourceException">They are not what this program reads.</exception>
    internal object Read(Type type, Resource resource)
    {
        if (Volatile.Read(ref _content) is not byte[] bytes)
        {
            return _content;
        }

        object read;
        try
        {
            read = JsonSerializer.Deserialize(bytes, type, ModelJson.Options) ?? throw new JsonException("it is null");
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            throw new UnreadableResourceException(resource.Key, fault);
        }

        // Of several that read it at once, one object becomes everybody's.
        return Interlocked.CompareExchange(ref _content, read, bytes) is var first && ReferenceEquals(first, bytes) ? read : first;
    }
}
