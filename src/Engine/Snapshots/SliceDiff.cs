using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// Walks what differs between two slices of a type, in the order of names, without allocating. Equal runs are skipped by
/// comparing refs several at a time. Null is an empty slice.
/// </summary>
public ref struct SliceDiff
{
    private readonly ReadOnlySpan<Symbol> _fromNames;
    private readonly ReadOnlySpan<Symbol> _toNames;
    private readonly ReadOnlySpan<ResourceRef> _from;
    private readonly ReadOnlySpan<ResourceRef> _to;
    private int _i;
    private int _j;

    /// <summary>Compares two slices.</summary>
    public SliceDiff(ResourceSlice? from, ResourceSlice? to)
    {
        if (!ReferenceEquals(from, to))
        {
            _from = from is null ? default : from.Resources;
            _fromNames = from is null ? default : from.Names;
            _to = to is null ? default : to.Resources;
            _toNames = to is null ? default : to.Names;
        }
    }

    /// <summary>Name of the current difference.</summary>
    public Symbol Name { get; private set; }

    /// <summary>The resource before; none: it is new.</summary>
    public ResourceRef Before { get; private set; }

    /// <summary>The resource now; none: it is gone.</summary>
    public ResourceRef Now { get; private set; }

    /// <summary>Skips every name up to and including one.</summary>
    public void SkipThrough(Symbol name)
    {
        _i = After(_fromNames, name);
        _j = After(_toNames, name);
    }

    /// <summary>Goes to the next difference.</summary>
    public bool MoveNext()
    {
        var same = _from[_i..].CommonPrefixLength(_to[_j..]);
        _i += same;
        _j += same;
        if (_i == _from.Length && _j == _to.Length)
        {
            return false;
        }

        var order = _i == _from.Length ? 1 : _j == _to.Length ? -1 : _fromNames[_i].CompareTo(_toNames[_j]);
        Name = order <= 0 ? _fromNames[_i] : _toNames[_j];
        Before = order <= 0 ? _from[_i++] : ResourceRef.None;
        Now = order >= 0 ? _to[_j++] : ResourceRef.None;
        return true;
    }

    private static int After(ReadOnlySpan<Symbol> names, Symbol name)
    {
        var index = names.BinarySearch(name);
        return index < 0 ? ~index : index + 1;
    }
}
