namespace Mesh.Server.Ads.Http2;

/// <summary>
/// The streams that we reset last: what their client sent before it learned of that is ignored (RFC 9113, section 5.1). As many as may
/// be open at a time, all of which may end together.
/// </summary>
internal sealed class ResetStreams
{
    private const int First = 8;

    private int[] _ids = [];
    private int _next;

    public void Add(int id)
    {
        if (_next == _ids.Length)
        {
            if (_ids.Length < Http2Settings.MaxStreams)
            {
                Array.Resize(ref _ids, Math.Clamp(2 * _ids.Length, First, Http2Settings.MaxStreams));
            }
            else
            {
                _next = 0;
            }
        }

        _ids[_next++] = id;
    }

    public bool Contains(int id) => _ids.AsSpan().Contains(id);
}
