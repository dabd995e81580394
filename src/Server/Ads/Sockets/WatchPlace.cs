namespace Mesh.Server.Ads.Sockets;

/// <summary>Where a connection stands in a <see cref="ConnectionWatch"/>, whose it is.</summary>
internal struct WatchPlace
{
    /// <summary>Which list it is in; null: none.</summary>
    public int? List;

    /// <summary>It is to be looked at soon, whatever it says itself.</summary>
    public bool IsHastened;

    public IWatched? Previous;
    public IWatched? Next;
}
