namespace Mesh.Server.Settings;

/// <summary><c>access</c>: who may do what beyond reading and writing ordinary resources.</summary>
public sealed record AccessSettings
{
    /// <summary><c>static</c>: as listed here.</summary>
    public string Type { get; init; } = "static";

    /// <summary>The lists.</summary>
    public StaticSettings Static { get; init; } = new();

    /// <summary><c>access.static</c>.</summary>
    public sealed record StaticSettings
    {
        /// <summary>Secrets and global secrets.</summary>
        public GrantSettings AdminResources { get; init; } = GrantSettings.Administrators;

        /// <summary>Issuing dataplane tokens.</summary>
        public GrantSettings GenerateDpToken { get; init; } = GrantSettings.Administrators;

        /// <summary>Issuing user tokens.</summary>
        public GrantSettings GenerateUserToken { get; init; } = GrantSettings.Administrators;

        /// <summary>Issuing zone tokens.</summary>
        public GrantSettings GenerateZoneToken { get; init; } = GrantSettings.Administrators;

        /// <summary>Configurations of Envoys.</summary>
        public GrantSettings ViewConfigDump { get; init; } = GrantSettings.Everyone;

        /// <summary>Statistics of Envoys.</summary>
        public GrantSettings ViewStats { get; init; } = GrantSettings.Everyone;

        /// <summary>Clusters of Envoys.</summary>
        public GrantSettings ViewClusters { get; init; } = GrantSettings.Everyone;

        /// <summary>Configuration of this control plane.</summary>
        public GrantSettings ControlPlaneMetadata { get; init; } = GrantSettings.Everyone;
    }

    /// <summary>Users and groups that something is granted to.</summary>
    public sealed record GrantSettings
    {
        /// <summary>Names of users.</summary>
        public IReadOnlyList<string> Users { get; init; } = [];

        /// <summary>Names of groups.</summary>
        public IReadOnlyList<string> Groups { get; init; } = [];

        internal static GrantSettings Administrators => new() { Users = ["mesh-system:admin"], Groups = ["mesh-system:admin"] };

        internal static GrantSettings Everyone => new() { Groups = ["mesh-system:unauthenticated", "mesh-system:authenticated"] };
    }
}
