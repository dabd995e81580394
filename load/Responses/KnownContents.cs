namespace Mesh.Load.Responses;

/// <summary>
/// Bytes of large resources that came, for one thread, each once: one that comes to a thousand Envoys need not be put together for each of them. It forgets, and
/// what it has forgotten is put together once more.
/// </summary>
internal sealed class KnownContents
{
    /// <summary>Bytes from which on a resource is large: what a frame has room for is put together from two of them in no time.</summary>
    public const int Smallest = 16_384;

    /// <summary>Resources of one length that are kept, the newest ones.</summary>
    private const int MaxOfLength = 64;

    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly Dictionary<int, List<byte[]>> _byLength = [];
    private long _bytes;

    /// <summary>Keeps a resource, if it is large.</summary>
    public void Add(ReadOnlySpan<byte> content)
    {
        if (content.Length is < Smallest or > (int)(MaxBytes / 2))
        {
            return;
        }

        if (_bytes + content.Length > MaxBytes)
        {
            _byLength.Clear();
            _bytes = 0;
        }

        if (!_byLength.TryGetValue(content.Length, out var contents))
        {
            _byLength.Add(content.Length, contents = []);
        }

        if (contents.Count == MaxOfLength)
        {
            contents.RemoveAt(0);
            _bytes -= content.Length;
        }

        contents.Add(content.ToArray());
        _bytes += content.Length;
    }

    /// <summary>A resource of a length, by its first bytes; null: there is none.</summary>
    /// <param name="begin">How it begins.</param>
    /// <param name="next">How it goes on.</param>
    public byte[]? Find(int length, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> next)
    {
        if (length < Smallest || !_byLength.TryGetValue(length, out var contents))
        {
            return null;
        }

        for (var i = contents.Count - 1; i >= 0; i--)
        {
            if (contents[i].AsSpan(begin.Length, next.Length).SequenceEqual(next) && contents[i].AsSpan(0, begin.Length).SequenceEqual(begin))
            {
                return contents[i];
            }
        }

        return null;
    }
}
