using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Feeds;

/// <summary>
/// What one <see cref="FeedReader.Read"/> found. It holds references to its resources and names: <see cref="Clear"/> it after
/// use. Reuse it: it allocates only to grow.
/// </summary>
public sealed class FeedBatch
{
    private ResourceEngine? _engine;
    private ResourceRef[] _resources = new ResourceRef[16];
    private Symbol[] _removed = new Symbol[4];
    private int _resourceCount;
    private int _removedCount;

    /// <summary>New and changed resources, in the order of their last change.</summary>
    public ReadOnlySpan<ResourceRef> Resources => _resources.AsSpan(0, _resourceCount);

    /// <summary>Names that are gone for the reader.</summary>
    public ReadOnlySpan<Symbol> Removed => _removed.AsSpan(0, _removedCount);

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => _resourceCount + _removedCount == 0;

    /// <summary>Bytes of its resources' and names' fields in a response.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether reading stopped because the next did not fit.</summary>
    public bool HasMore { get; internal set; }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        foreach (var resource in Resources)
        {
            _engine!.Content.Release(resource);
        }

        foreach (var name in Removed)
        {
            _engine!.Symbols.Release(name);
        }

        _resourceCount = 0;
        _removedCount = 0;
        Bytes = 0;
        HasMore = false;
        _engine = null;
    }

    internal void Begin(ResourceEngine engine) => _engine = engine;

    /// <summary>False when it does not fit; the first of a batch always does.</summary>
    internal bool TryAdd(ResourceRef resource, long budget)
    {
        var bytes = _engine!.Content[resource].Length;
        if (!Fits(bytes, budget))
        {
            return false;
        }

        if (_resourceCount == _resources.Length)
        {
            Array.Resize(ref _resources, _resourceCount * 2);
        }

        _engine.Content.AddReference(resource);
        _resources[_resourceCount++] = resource;
        return true;
    }

    /// <inheritdoc cref="TryAdd(ResourceRef, long)"/>
    internal bool TryAdd(Symbol removed, long budget)
    {
        // Tag and length; names are shorter than 2^14 bytes.
        if (!Fits(3 + _engine!.Symbols.Name(removed).Length, budget))
        {
            return false;
        }

        if (_removedCount == _removed.Length)
        {
            Array.Resize(ref _removed, _removedCount * 2);
        }

        _engine.Symbols.AddReference(removed);
        _removed[_removedCount++] = removed;
        return true;
    }

    private bool Fits(int bytes, long budget)
    {
        if (!IsEmpty && Bytes + bytes > budget)
        {
            HasMore = true;
            return false;
        }

        Bytes += bytes;
        return true;
    }
}
