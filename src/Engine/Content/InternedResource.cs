namespace Mesh.Engine.Content;

/// <summary>
/// Holds one reference to an interned resource, so that a cache of compiled resources can keep it across snapshots and
/// proxies. Dispose gives the reference back; a forgotten one is given back when the object is collected.
/// </summary>
public sealed class InternedResource : IDisposable
{
    private readonly ContentTable _content;
    private int _index;

    internal InternedResource(ContentTable content, ResourceRef resource)
    {
        _content = content;
        _index = resource.Index;
    }

    ~InternedResource() => Release();

    /// <summary>The resource; valid until this is disposed.</summary>
    public ResourceRef Ref => _index == 0 ? throw new ObjectDisposedException(nameof(InternedResource)) : new ResourceRef(_index);

    /// <summary>Its type.</summary>
    public ResourceType Type => _content[Ref].Type;

    /// <summary>Its version, to compare.</summary>
    public VersionId Version => _content[Ref].Version;

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        var index = Interlocked.Exchange(ref _index, 0);
        if (index != 0)
        {
            _content.Release(new ResourceRef(index));
        }
    }
}
