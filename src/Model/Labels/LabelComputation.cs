using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Labels;

/// <summary>
/// Labels that the control plane sets on everything written to it, and those that it refuses (contract §4.3). The user's labels stay,
/// except for those that say who wrote the resource.
/// </summary>
public static class LabelComputation
{
    private const string GlobalOrigin = "global";
    private const string ZoneOrigin = "zone";
    private const string SystemRole = "system";

    /// <summary>Reports labels that contradict the control plane or the resource, at <c>labels["key"]</c>.</summary>
    public static void Check(Resource resource, LabelContext context, ViolationList violations)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(context);
        var path = new FieldPath(violations, "labels");
        var hasOrigin = resource.Labels.TryGetValue(ResourceLabels.Origin, out var origin);
        if (hasOrigin && origin is not (GlobalOrigin or ZoneOrigin))
        {
            path.Key(ResourceLabels.Origin).Add($"unknown resource origin {Text.GoText.Quote(origin!)}");
        }

        if (context is { IsFederated: true, RequiresOrigin: true } && !resource.Descriptor.IsFlat && origin != ZoneOrigin)
        {
            path.Key(ResourceLabels.Origin).Add("the origin label must be set to 'zone'");
        }

        var role = resource.Label(ResourceLabels.PolicyRole);
        if (resource.Descriptor.Policy is not null && role.Length > 0 && role != SystemRole && context.Namespace.Length == 0)
        {
            path.Key(ResourceLabels.PolicyRole).Add($"{ResourceLabels.PolicyRole} label should have {SystemRole} value, got {role}");
        }

        // What claims to come from Global is relabelled, not judged.
        if (!context.IsGlobal && origin != GlobalOrigin)
        {
            CheckPlace(resource, context, path);
        }
    }

    private static void CheckPlace(Resource resource, LabelContext context, FieldPath path)
    {
        if (resource.Labels.TryGetValue(ResourceLabels.Zone, out var zone) && zone != context.Zone)
        {
            path.Key(ResourceLabels.Zone).Add($"{ResourceLabels.Zone} label should have {context.Zone} value");
        }

        if (resource.Labels.TryGetValue(ResourceLabels.Mesh, out var mesh) && mesh != resource.Mesh)
        {
            path.Key(ResourceLabels.Mesh).Add($"{ResourceLabels.Mesh} label must not differ from mesh set on resource");
        }
    }

    /// <summary>The labels with which a resource is stored.</summary>
    /// <param name="keepsDisplayName">The display name is the one given, not the name: for resources that generators make.</param>
    public static LabelSet Compute(Resource resource, LabelContext context, bool keepsDisplayName = false)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(context);
        var labels = new Dictionary<string, string>(resource.Labels, StringComparer.Ordinal);
        labels[ResourceLabels.Origin] = context.IsGlobal ? GlobalOrigin : ZoneOrigin;
        if (!keepsDisplayName || !labels.ContainsKey(ResourceLabels.DisplayName))
        {
            labels[ResourceLabels.DisplayName] = resource.Name;
        }

        if (resource.Descriptor.Scope == ResourceScope.Mesh)
        {
            labels[ResourceLabels.Mesh] = resource.Mesh;
        }

        if (!context.IsGlobal && IsWrittenInZones(resource.Descriptor))
        {
            labels[ResourceLabels.Zone] = context.Zone;
            labels.TryAdd(ResourceLabels.Env, context.Environment);
        }

        if (context.Namespace.Length > 0)
        {
            labels[ResourceLabels.KubernetesNamespace] = context.Namespace;
        }

        if (resource.Kind == Kinds.DataplaneKind.Name)
        {
            LabelZoneProxies(resource, labels);
        }

        return LabelSet.Of(labels);
    }

    /// <summary>Meshes and services across zones are Global's even where a zone stands alone, so no zone signs them.</summary>
    private static bool IsWrittenInZones(ResourceDescriptor descriptor) =>
        descriptor.Sync.HasFlag(SyncDirections.ProvidedByZone) || descriptor.SpecType == typeof(Kinds.SecretSpec);

    private static void LabelZoneProxies(Resource resource, Dictionary<string, string> labels)
    {
        foreach (var listener in resource.SpecAs<Kinds.DataplaneSpec>().Networking?.Listeners ?? [])
        {
            if (listener.Type is { } type)
            {
                labels[$"kuma.io/listener-{type.ToLowerInvariant()}"] = "enabled";
            }
        }
    }
}
