namespace Mesh.Server.Hosting;

/// <summary>Whether everything a client may ask for is there. Set by the composition root, read by <c>/ready</c>.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    /// <summary>What must hold besides, at each moment.</summary>
    public Func<bool> Condition { get; set; } = () => true;

    public bool IsReady
    {
        get => _isReady && Condition();
        set => _isReady = value;
    }
}
