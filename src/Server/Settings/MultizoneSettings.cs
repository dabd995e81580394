namespace Mesh.Server.Settings;

/// <summary><c>multizone</c>: this control plane among others.</summary>
public sealed record MultizoneSettings
{
    /// <summary>As the global control plane.</summary>
    public GlobalSettings Global { get; init; } = new();

    /// <summary>As a zone.</summary>
    public ZoneSettings Zone { get; init; } = new();

    /// <summary><c>multizone.global</c>.</summary>
    public sealed record GlobalSettings
    {
        /// <summary>The port of zones.</summary>
        public GlobalKdsSettings Kds { get; init; } = new();
    }

    /// <summary><c>multizone.zone</c>.</summary>
    public sealed record ZoneSettings
    {
        /// <summary>Name of this zone. Default <c>default</c>.</summary>
        public string Name { get; init; } = "default";

        /// <summary>Address of the global control plane (<c>grpcs://host:5685</c>); empty: this zone stands on its own.</summary>
        public string GlobalAddress { get; init; } = "";

        /// <summary>A zone under a global control plane accepts resources without the label <c>kuma.io/origin: zone</c>.</summary>
        public bool DisableOriginLabelValidation { get; init; }

        /// <summary>
        /// How long a new authority stands in the MeshTrust before it issues certificates in place of another: proxies in all zones must have heard of it by then. Default 15 s.
        /// </summary>
        public TimeSpan TrustPropagation { get; init; } = TimeSpan.FromSeconds(15);

        /// <summary>The connection to the global control plane.</summary>
        public ZoneKdsSettings Kds { get; init; } = new();
    }
}
