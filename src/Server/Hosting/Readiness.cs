namespace Mesh.Server.Hosting;

/// <summary>Whether everything a client may ask for is there. Set by the composition root, read by <c>/ready</c>.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }
}
