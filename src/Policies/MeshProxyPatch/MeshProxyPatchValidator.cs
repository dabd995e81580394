using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshProxyPatch;

/// <summary>
/// Rules of MeshProxyPatches (contract §2.6). Whether a value is a resource that Envoy takes is seen when it is applied; here it must be
/// an object in YAML or JSON.
/// </summary>
internal static class MeshProxyPatchValidator
{
    private const string Add = "Add";
    private const string Patch = "Patch";
    private const string Remove = "Remove";

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshProxyPatchSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        path = path.Field("default").Field("appendModifications");
        if (spec.Default?.AppendModifications is not { Count: > 0 } modifications)
        {
            path.Add(Messages.MustNotBeEmpty);
            return;
        }

        for (var i = 0; i < modifications.Count; i++)
        {
            CheckModification(modifications[i], path.Index(i));
        }
    }

    private static void CheckModification(ProxyModification modification, FieldPath path)
    {
        object?[] parts =
        [
            modification.Cluster, modification.Listener, modification.VirtualHost, modification.NetworkFilter, modification.HttpFilter,
        ];
        var count = parts.Count(part => part is not null);
        if (count != 1)
        {
            path.Add($"exactly one modification can be defined at a time. Currently, {count} modifications are defined");
            return;
        }

        if (modification.Cluster is { } cluster)
        {
            CheckWhole(cluster.Operation, cluster.Value, cluster.JsonPatches, cluster.Match, "match", path.Field("cluster"));
        }

        if (modification.Listener is { } listener)
        {
            CheckWhole(listener.Operation, listener.Value, listener.JsonPatches, listener.Match, "match", path.Field("listener"));
        }

        if (modification.VirtualHost is { } host)
        {
            CheckWhole(host.Operation, host.Value, host.JsonPatches, host.Match?.Name, "match.name", path.Field("virtualHost"));
        }

        if (modification.NetworkFilter is { } networkFilter)
        {
            CheckFilter(networkFilter, path.Field("networkFilter"));
        }

        if (modification.HttpFilter is { } httpFilter)
        {
            CheckFilter(httpFilter, path.Field("httpFilter"));
        }
    }

    private static void CheckWhole(
        string? operation, string? value, IReadOnlyList<JsonPatchOperation>? patches, object? match, string matchField, FieldPath path)
    {
        switch (operation)
        {
            case Add:
                path.Field(matchField).Absent(match, Messages.MustNotBeDefined);
                CheckValue(value, path.Field("value"));
                break;
            case Patch:
                CheckPatch(value, patches, path);
                break;
            case Remove:
                path.Field("value").Absent(value, Messages.MustNotBeDefined);
                break;
            default:
                path.Field("operation").Add(Operations(Add, Patch, Remove));
                break;
        }
    }

    private static void CheckFilter(FilterModification filter, FieldPath path)
    {
        var name = path.Field("match").Field("name");
        var hasName = filter.Match?.Name is not null;
        switch (filter.Operation)
        {
            case "AddFirst" or "AddLast":
                CheckValue(filter.Value, path.Field("value"));
                break;
            case "AddBefore" or "AddAfter":
                if (!hasName)
                {
                    var side = filter.Operation == "AddBefore" ? "before" : "after";
                    name.Add($"must be defined. You need to pick a filter {side} which this one will be added");
                }

                CheckValue(filter.Value, path.Field("value"));
                break;
            case Patch:
                if (!hasName)
                {
                    name.Add(Messages.MustBeDefined);
                }

                CheckPatch(filter.Value, filter.JsonPatches, path);
                break;
            case Remove:
                path.Field("value").Absent(filter.Value, Messages.MustNotBeDefined);
                break;
            default:
                path.Field("operation").Add(Operations("AddFirst", "AddLast", "AddBefore", "AddAfter", Patch, Remove));
                break;
        }
    }

    private static void CheckPatch(string? value, IReadOnlyList<JsonPatchOperation>? patches, FieldPath path)
    {
        var hasPatches = patches is { Count: > 0 };
        if (value is not null && hasPatches)
        {
            path.Add(Messages.OnlyOneOf(path.Path, "value", "jsonPatches"));
        }
        else if (value is not null)
        {
            CheckValue(value, path.Field("value"));
        }
        else if (!hasPatches)
        {
            path.Add(Messages.ExactlyOneOf(path.Path, "value", "jsonPatches"));
        }

        for (var i = 0; i < patches?.Count; i++)
        {
            CheckOperation(patches[i], path.Field("jsonPatches").Index(i));
        }
    }

    private static void CheckOperation(JsonPatchOperation operation, FieldPath path)
    {
        if (string.IsNullOrEmpty(operation.Path))
        {
            path.Field("path").Add(Messages.MustBeDefined);
        }

        switch (operation.Op)
        {
            case "add" or "replace":
                if (operation.Value is null)
                {
                    path.Field("value").Add(Messages.MustBeDefined);
                }

                break;
            case "move" or "copy":
                if (string.IsNullOrEmpty(operation.From))
                {
                    path.Field("from").Add(Messages.MustBeDefined);
                }

                break;
            case "remove":
                break;
            default:
                path.Field("op").OneOf(operation.Op ?? "", "op", "add", "remove", "replace", "move", "copy");
                break;
        }
    }

    private static void CheckValue(string? value, FieldPath path)
    {
        if (value is null)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        try
        {
            if (YamlTree.ReadAll(value) is not [System.Text.Json.Nodes.JsonObject])
            {
                path.Add("native Envoy resource is not valid: it is no object");
            }
        }
        catch (YamlFormatException fault)
        {
            path.Add($"native Envoy resource is not valid: {fault.Message}");
        }
    }

    private static string Operations(params string[] names) =>
        $"invalid operation. Available operations: {string.Join(", ", names.Select(name => $"\"{name}\""))}";
}
