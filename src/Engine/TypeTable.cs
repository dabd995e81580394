using System.Text;
using Mesh.Engine.Persistence;

namespace Mesh.Engine;

/// <summary>
/// The resource types of an engine: type URLs (<c>type.googleapis.com/...</c>) and their dense numbers. Types are few and
/// registered at start; they are never removed. Safe for concurrent use; reading takes no lock. The type of a response and
/// that of the messages in it are mostly the same; between control planes they are not (<c>MeshTimeout</c> in an envelope).
/// </summary>
public sealed class TypeTable
{
    /// <summary>How many types an engine can hold.</summary>
    public const int Capacity = 64;

    private readonly Lock _writing = new();
    private volatile byte[][] _urls = [];
    private volatile byte[][] _messageUrls = [];
    private volatile ulong[] _hashes = [];

    /// <summary>Number of registered types.</summary>
    public int Count => _urls.Length;

    /// <summary>The number of a type, registering it when it is new.</summary>
    /// <param name="typeUrl">Full type URL, <c>type.googleapis.com/</c> included.</param>
    /// <exception cref="InvalidOperationException"><see cref="Capacity"/> types are registered already.</exception>
    public ResourceType Register(string typeUrl) => Register(typeUrl, typeUrl);

    /// <summary>The number of a type whose messages travel in an <c>Any</c> of another type URL, registering it when it is new.</summary>
    /// <param name="typeUrl">What requests and responses call the type; need not be a URL.</param>
    /// <param name="messageUrl">Type URL of the encoded messages. That of the first registration stays.</param>
    /// <exception cref="InvalidOperationException"><see cref="Capacity"/> types are registered already.</exception>
    public ResourceType Register(string typeUrl, string messageUrl)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeUrl);
        ArgumentException.ThrowIfNullOrEmpty(messageUrl);
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

            // In this order: a number that can be found has all three.
            _hashes = [.. _hashes, SliceMark.HashOf(url)];
            _messageUrls = [.. _messageUrls, Encoding.UTF8.GetBytes(messageUrl)];
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

    /// <summary>The hash of a type's URL (<see cref="SliceMark.HashOf"/>).</summary>
    public ulong UrlHash(ResourceType type) => _hashes[type.Id];

    /// <summary>The UTF-8 bytes of the type URL of a type's messages.</summary>
    public ReadOnlySpan<byte> MessageUrl(ResourceType type) => _messageUrls[type.Id];
}
