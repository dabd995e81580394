namespace Mesh.Zone;

/// <summary>What a change can touch of a proxy's configuration.</summary>
internal enum ProxyTouch
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Where its outbounds lead to, or what policies say about it: the rest stays planned where they say the same of it as before.</summary>
    Outbounds,

    /// <summary>Anything.</summary>
    Whole,
}
