using Mesh.Engine;

namespace Mesh.Protocol.Kds;

/// <summary>How resource types are called between control planes: the bare name of the kind, with one message type for all.</summary>
public static class KdsTypes
{
    /// <summary>Type URL of every resource's <c>Any</c>.</summary>
    public const string MessageUrl = "type.googleapis.com/kuma.mesh.v1alpha1.KumaResource";

    internal static ReadOnlySpan<byte> MessageUrlBytes => "type.googleapis.com/kuma.mesh.v1alpha1.KumaResource"u8;

    /// <summary>
    /// Registers a type for a feed. Types are sent in the order of their registration: begin with <c>Mesh</c>, which others
    /// need to be there.
    /// </summary>
    /// <param name="types">Types of the feed's engine.</param>
    /// <param name="name">Bare name, for example <c>MeshTimeout</c>.</param>
    public static ResourceType Register(TypeTable types, string name)
    {
        ArgumentNullException.ThrowIfNull(types);
        return types.Register(name, MessageUrl);
    }
}
