namespace Mesh.Server.Ads.Http2.Hpack;

/// <summary>The fields that a client had us remember (RFC 7541, section 2.3.2), newest first. Of bounded size.</summary>
internal sealed class DynamicHeaders
{
    private readonly List<HeaderField> _oldestFirst = [];
    private int _size;
    private int _maxSize;

    /// <summary>An empty table.</summary>
    /// <param name="maxSize">Largest size, section 4.1.</param>
    public DynamicHeaders(int maxSize) => _maxSize = maxSize;

    /// <summary>Number of fields.</summary>
    public int Count => _oldestFirst.Count;

    /// <summary>A field: 0 is the newest.</summary>
    public HeaderField At(int index) => _oldestFirst[^(index + 1)];

    /// <summary>Remembers a field; one that is larger than the table empties it (section 4.4).</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var size = HeaderField.SizeOf(name.Length, value.Length);
        // Before anything is forgotten: the name may be that of a field which is.
        var field = size <= _maxSize ? new HeaderField(name.ToArray(), value.ToArray()) : null;
        Shrink(_maxSize - size);
        if (field is not null)
        {
            _oldestFirst.Add(field);
            _size += size;
        }
    }

    /// <summary>Changes the largest size.</summary>
    public void Resize(int maxSize)
    {
        _maxSize = maxSize;
        Shrink(maxSize);
    }

    private void Shrink(int to)
    {
        var forgotten = 0;
        while (_size > to && forgotten < _oldestFirst.Count)
        {
            _size -= _oldestFirst[forgotten++].Size;
        }

        _oldestFirst.RemoveRange(0, forgotten);
    }
}
