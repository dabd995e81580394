using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// Walks what differs between two slices of a type, in the order of names, without allocating. It costs what changed and one
/// comparison for each 64 or so entries that are not shared. Null is an empty slice.
/// </summary>
public ref struct SliceDiff
{
    // Layers are compared each with its like. A name that changed its layer differs in both: that is put together again.
    private ChunkDiff _shared;
    private ChunkDiff _own;
    private readonly bool _isLayered;
    private bool _isBegun;
    private bool _hasShared;
    private bool _hasOwn;

    /// <summary>Compares two slices.</summary>
    public SliceDiff(ResourceSlice? from, ResourceSlice? to)
    {
        if (ReferenceEquals(from, to))
        {
            return;
        }

        var fromChunks = from is null ? default : from.Chunks;
        var toChunks = to is null ? default : to.Chunks;
        _shared = fromChunks == toChunks ? default : new ChunkDiff(fromChunks, toChunks);
        _isLayered = from?.Own is not null || to?.Own is not null;
        if (_isLayered)
        {
            var fromOwn = from is null ? default : from.OwnChunks;
            var toOwn = to is null ? default : to.OwnChunks;
            _own = fromOwn == toOwn ? default : new ChunkDiff(fromOwn, toOwn);
        }
    }

    /// <summary>Name of the current difference.</summary>
    public Symbol Name { get; private set; }

    /// <summary>The resource before; none: it is new.</summary>
    public ResourceRef Before { get; private set; }

    /// <summary>The resource now; none: it is gone.</summary>
    public ResourceRef Now { get; private set; }

    /// <summary>Skips every name up to and including one. Before the first <see cref="MoveNext"/> only.</summary>
    public void SkipThrough(Symbol name)
    {
        _shared.SkipThrough(name);
        _own.SkipThrough(name);
    }

    /// <summary>Goes to the next difference.</summary>
    public bool MoveNext()
    {
        if (_isLayered)
        {
            return MoveNextOfBoth();
        }

        if (!_shared.MoveNext())
        {
            return false;
        }

        Take(_shared);
        return true;
    }

    private bool MoveNextOfBoth()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            _hasShared = _shared.MoveNext();
            _hasOwn = _own.MoveNext();
        }

        while (_hasShared || _hasOwn)
        {
            if (_hasShared && _hasOwn && _shared.Name == _own.Name)
            {
                Name = _own.Name;
                Before = _own.Before.IsNone ? _shared.Before : _own.Before;
                Now = _own.Now.IsNone ? _shared.Now : _own.Now;
                _hasShared = _shared.MoveNext();
                _hasOwn = _own.MoveNext();
                if (Before == Now)
                {
                    continue;
                }
            }
            else if (_hasShared && (!_hasOwn || _shared.Name < _own.Name))
            {
                Take(_shared);
                _hasShared = _shared.MoveNext();
            }
            else
            {
                Take(_own);
                _hasOwn = _own.MoveNext();
            }

            return true;
        }

        return false;
    }

    private void Take(scoped in ChunkDiff diff)
    {
        Name = diff.Name;
        Before = diff.Before;
        Now = diff.Now;
    }
}
