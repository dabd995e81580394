namespace Mesh.Sidecar;

/// <summary>Where the configuration that Envoy accepted last is kept, for an Envoy that starts while the control plane is away.</summary>
public enum KeepConfiguration
{
    /// <summary>In memory and on disk: it survives a restart of sidecar and machine.</summary>
    Disk,

    /// <summary>In memory: it survives a restart of Envoy. No key touches the disk.</summary>
    Memory,

    /// <summary>Nowhere: Envoy talks to the control plane directly.</summary>
    Off,
}
