namespace Mesh.Policies.Drafts;

/// <summary>Kinds of drafts that a policy edits.</summary>
[Flags]
public enum DraftKinds
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary><see cref="InboundDraft"/>.</summary>
    Inbound = 1,
    /// <summary><see cref="OutboundDraft"/>.</summary>
    Outbound = 2,
    /// <summary><see cref="ClusterDraft"/>.</summary>
    Cluster = 4,
    /// <summary><see cref="EndpointsDraft"/>.</summary>
    Endpoints = 8,
    /// <summary><see cref="TransparentProxyDraft"/>.</summary>
    TransparentProxy = 16,
    /// <summary><see cref="ZoneListenerDraft"/>.</summary>
    ZoneListener = 32,
}
