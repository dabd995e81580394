namespace Mesh.Server.Settings;

/// <summary>
/// All settings of a control plane, with the names of Kuma's configuration file (contract §8.1), so that existing files
/// and <c>KUMA_*</c> variables keep their meaning. Immutable; read by <see cref="SettingsLoader"/>.
/// </summary>
public sealed record ControlPlaneSettings
{
    /// <summary>A zone, on its own or under a global control plane.</summary>
    public const string ZoneMode = "zone";

    /// <summary>The global control plane of many zones.</summary>
    public const string GlobalMode = "global";

    /// <summary>What all parts share.</summary>
    public GeneralSettings General { get; init; } = new();

    /// <summary>Where proxies run: <c>universal</c>.</summary>
    public string Environment { get; init; } = "universal";

    /// <summary>Role: <see cref="ZoneMode"/> or <see cref="GlobalMode"/>.</summary>
    public string Mode { get; init; } = ZoneMode;

    /// <summary>Where resources live.</summary>
    public StoreSettings Store { get; init; } = new();

    /// <summary>What an Envoy's bootstrap says.</summary>
    public BootstrapServerSettings BootstrapServer { get; init; } = new();

    /// <summary>Proxies' streams.</summary>
    public XdsServerSettings XdsServer { get; init; } = new();

    /// <summary>The REST API.</summary>
    public ApiServerSettings ApiServer { get; init; } = new();

    /// <summary>What depends on where proxies run.</summary>
    public RuntimeSettings Runtime { get; init; } = new();

    /// <summary>What a new control plane creates by itself.</summary>
    public DefaultsSettings Defaults { get; init; } = new();

    /// <summary>What is counted and how long it is kept.</summary>
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>This control plane among others.</summary>
    public MultizoneSettings Multizone { get; init; } = new();

    /// <summary>Names of services.</summary>
    public DnsServerSettings DnsServer { get; init; } = new();

    /// <summary>Health, readiness and metrics of this process.</summary>
    public DiagnosticsSettings Diagnostics { get; init; } = new();

    /// <summary>The port of proxies.</summary>
    public DpServerSettings DpServer { get; init; } = new();

    /// <summary>Who may do what.</summary>
    public AccessSettings Access { get; init; } = new();

    /// <summary>Virtual addresses of services.</summary>
    public IpamSettings Ipam { get; init; } = new();

    /// <summary>MeshServices that are generated.</summary>
    public MeshServiceSettings MeshService { get; init; } = new();

    /// <summary>It is the global control plane.</summary>
    internal bool IsGlobal => Mode == GlobalMode;

    /// <summary>It is a zone that belongs to a global control plane.</summary>
    internal bool IsFederatedZone => !IsGlobal && Multizone.Zone.GlobalAddress.Length > 0;

    /// <summary>The same settings without what must not be shown: what stands for it tells only that something is set.</summary>
    internal ControlPlaneSettings WithoutSecrets()
    {
        var zone = Multizone.Zone;
        return zone.Kds.Auth.CpTokenInline.Length == 0 ? this : this with
        {
            Multizone = Multizone with
            {
                Zone = zone with { Kds = zone.Kds with { Auth = zone.Kds.Auth with { CpTokenInline = Hidden } } },
            },
        };
    }

    private const string Hidden = "*****";
}
