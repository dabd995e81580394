namespace Mesh.Server.Ads.Sockets;

/// <summary>What a <see cref="ConnectionWatch"/> looks after.</summary>
internal interface IWatched
{
    /// <summary>For the watch alone.</summary>
    ref WatchPlace Place { get; }

    /// <summary>Does what is due. By one thread at a time.</summary>
    /// <param name="now">A timestamp.</param>
    /// <returns>How long nothing is to be done from now on, if nobody says otherwise meanwhile.</returns>
    TimeSpan Check(long now);
}
