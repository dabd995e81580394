using System.Text;

namespace Mesh.Engine;

/// <summary>
/// The resource types of an engine: type URLs (<c>type.googleapis.com/...</c>) and their dense numbers. Types are few and
/// registered at start; they are never removed. Safe for concurrent use; reading takes no lock.
/// </summary>
public sealed class TypeTable
{
    /// <summary>How many types an engine can hold.</summary>
    public const int Capacity = 64;

    private readonly Lock _writing = new();
    private volatile byte[][] _urls = [];

    /// <summary>Number of registered types.</summary>
    public int Count => _urls.Length;

    /// <summary>The number of a type, registering it when it is new.</summary>
    /// <param name="typeUrl">Full type URL, <c>type.googleapis.com/</c> included.</param>
    /// <exception cref="InvalidOperationException"><see cref="Capacity"/> types are registered already.</exception>
    public ResourceType Register(string typeUrl)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeUrl);
        var url = Encoding.UTF8.GetBytes(typeUrl);
        lock (_writing)
        {
            if (TryFind(url, out var known))
            {
                return known;
            }

            if (_urls.Length == Capacity)
            {
                throw new InvalidOperationException($"an engine holds at most {Capacity} resource types; {typeUrl} is one too many");
            }

            _urls = [.. _urls, url];
            return new ResourceType((byte)(_urls.Length - 1));
        }
    }

    /// <summary>Finds a registered type by the UTF-8 bytes of its URL. Allocates nothing.</summary>
    public bool TryFind(ReadOnlySpan<byte> typeUrl, out ResourceType type)
    {
        var urls = _urls;
        for (var i = 0; i < urls.Length; i++)
        {
            if (typeUrl.SequenceEqual(urls[i]))
            {
                type = new ResourceType((byte)i);
                return true;
            }
        }

        type = default;
        return false;
    }

    /// <summary>The UTF-8 bytes of a type's URL.</summary>
    public ReadOnlySpan<byte> Url(ResourceType type) => _urls[type.Id];
}
