namespace Mesh.Server.Ads.Http2;

/// <summary>The streams that we reset last: what their client sent before it learned of that is ignored (RFC 9113, section 5.1).</summary>
internal sealed class ResetStreams
{
    private const int Kept = 32;

    private int[]? _ids;
    private int _next;

    public void Add(int id)
    {
        _ids ??= new int[Kept];
        _ids[_next++ % Kept] = id;
    }

    public bool Contains(int id) => _ids is not null && _ids.AsSpan().Contains(id);
}
