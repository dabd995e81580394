using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Mesh.Model.Kinds;

namespace Mesh.Sync.Wire;

/// <summary>The protobuf message that carries the spec of a kind. Kinds without one travel as JSON (reference of Kuma's protos).</summary>
internal sealed class ProtoSpec
{
    private const string UrlPrefix = "type.googleapis.com/";

    private static readonly FrozenDictionary<string, ProtoSpec> _byKind = new Dictionary<string, ProtoSpec>(StringComparer.Ordinal)
    {
        [MeshKind.Name] = new(Kuma.Mesh.V1Alpha1.Mesh.Descriptor),
        [DataplaneKind.Name] = new(Kuma.Mesh.V1Alpha1.Dataplane.Descriptor),
        [DataplaneInsightKind.Name] = new(Kuma.Mesh.V1Alpha1.DataplaneInsight.Descriptor),
        [MeshInsightKind.Name] = new(Kuma.Mesh.V1Alpha1.MeshInsight.Descriptor),
        [ZoneKind.Name] = new(Kuma.System.V1Alpha1.Zone.Descriptor),
        [ZoneInsightKind.Name] = new(Kuma.System.V1Alpha1.ZoneInsight.Descriptor),
        [SecretKind.Name] = new(Kuma.System.V1Alpha1.Secret.Descriptor),
        [GlobalSecretKind.Name] = new(Kuma.System.V1Alpha1.Secret.Descriptor),
        [ConfigKind.Name] = new(Kuma.System.V1Alpha1.Config.Descriptor),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private ProtoSpec(MessageDescriptor message)
    {
        Message = message;
        TypeUrl = UrlPrefix + message.FullName;
    }

    /// <summary>The message.</summary>
    public MessageDescriptor Message { get; }

    /// <summary>Type URL of the <c>Any</c> that holds it.</summary>
    public string TypeUrl { get; }

    /// <summary>The message of a kind; null: the kind travels as JSON.</summary>
    public static ProtoSpec? Of(string kind) => _byKind.GetValueOrDefault(kind);
}
