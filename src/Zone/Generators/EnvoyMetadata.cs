using EnvoyApi.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Labels;

namespace Mesh.Zone.Generators;

/// <summary>Labels as Envoy metadata, in the order of their keys so that equal labels are equal bytes.</summary>
internal static class EnvoyMetadata
{
    internal static Struct ToStruct(LabelSet labels)
    {
        var result = new Struct();
        foreach (var (key, value) in labels.Pairs)
        {
            result.Fields.Add(key, Value.ForString(value));
        }

        return result;
    }

    internal static Metadata Tags(LabelSet labels) => new() { FilterMetadata = { [Envoy.Names.EnvoyNames.TagsMetadata] = ToStruct(labels) } };

    /// <summary>Tags of a listener that has none of its own.</summary>
    internal static Metadata UnifiedName(string name) => Tags(LabelSet.Empty.With(Envoy.Names.EnvoyNames.UnifiedNameTag, name));
}
