namespace Mesh.Server.Settings;

/// <summary><c>multizone</c>: this control plane among others.</summary>
public sealed record MultizoneSettings
{
    /// <summary>As a zone.</summary>
    public ZoneSettings Zone { get; init; } = new();

    /// <summary><c>multizone.zone</c>.</summary>
    public sealed record ZoneSettings
    {
        /// <summary>Name of this zone. Default <c>default</c>.</summary>
        public string Name { get; init; } = "default";

        /// <summary>Address of the global control plane (<c>grpcs://host:5685</c>); empty: this zone stands on its own.</summary>
        public string GlobalAddress { get; init; } = "";

        /// <summary>A zone under a global control plane accepts resources without the label <c>kuma.io/origin: zone</c>.</summary>
        public bool DisableOriginLabelValidation { get; init; }
    }
}
