using System.Buffers;

namespace Mesh.Protocol.Ads;

/// <summary>
/// What a response told of its names, shared by all streams that were told the same and have not answered. Fixed while it is referenced; made by
/// <see cref="SentNamesTable"/>, which takes it back.
/// </summary>
internal sealed class SentNames
{
    private SentName[] _names = [];
    private int _count;

    internal int References;

    /// <summary>Hash of the names and their versions, by which the table finds it.</summary>
    internal ulong Hash { get; private set; }

    internal bool Removed { get; set; }

    /// <summary>Names in the order of their symbols.</summary>
    public ReadOnlySpan<SentName> Span => _names.AsSpan(0, _count);

    /// <summary>Whether a later response told of all these names too. Then an answer to this one decides nothing: what counts is what was told last.</summary>
    public bool IsToldAgainBy(SentNames later)
    {
        var told = later.Span;
        var at = 0;
        for (var i = 0; i < _count; i++, at++)
        {
            while (told.Length - at >= _count - i && told[at].Name != _names[i].Name)
            {
                at++;
            }

            if (told.Length - at < _count - i)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes over content. The object is new, or was given back.</summary>
    internal void Fill(ReadOnlySpan<SentName> names, ulong hash)
    {
        _names = ArrayPool<SentName>.Shared.Rent(names.Length);
        names.CopyTo(_names);
        _count = names.Length;
        Hash = hash;
        Removed = false;
        References = 1;
    }

    /// <summary>Gives the content's memory back. Nobody looks at it any more.</summary>
    internal void Empty()
    {
        ArrayPool<SentName>.Shared.Return(_names);
        (_names, _count) = ([], 0);
    }
}
